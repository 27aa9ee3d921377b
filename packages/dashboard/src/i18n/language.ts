import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { keep, kept } from '../local.ts';
import { en, type MessageKey, type Messages } from './en.ts';
import { fill } from './fill.ts';

/** Languages by their BCP 47 names. English is part of the program, the others are loaded when they are wanted. */
export const LANGUAGES = { en: 'English', 'zh-Hans': '简体中文' } as const;
export type Language = keyof typeof LANGUAGES;

const LOADERS: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: async () => en,
  'zh-Hans': async () => (await import('./zh-hans.ts')).zhHans,
};

/** A language with its texts. */
export interface Spoken {
  readonly language: Language;
  readonly messages: Messages;
}

export const SpokenContext = createContext<Spoken>({ language: 'en', messages: en });

/** What the pages speak: as chosen before, else as the browser is set. */
export function useLanguage(): readonly [Spoken | undefined, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [spoken, setSpoken] = useState<Spoken>();
  useEffect(() => {
    let isOver = false;
    // A text that cannot be loaded is shown in English.
    const loading = LOADERS[language]().catch(() => en as Messages);
    void loading.then((messages) => {
      if (isOver) return;
      document.documentElement.lang = language;
      setSpoken({ language, messages });
    });
    return () => {
      isOver = true;
    };
  }, [language]);
  const choose = (wanted: Language) => {
    keep('language', wanted);
    setLanguage(wanted);
  };
  return [spoken, choose];
}

function firstLanguage(): Language {
  const chosen = kept('language');
  if (chosen === 'en' || chosen === 'zh-Hans') return chosen;
  for (const wanted of navigator.languages) {
    if (wanted.startsWith('zh')) return 'zh-Hans';
    if (wanted.startsWith('en')) return 'en';
  }
  return 'en';
}

/** The function that gives a text, and the name of the language for `Intl`. */
export function useText(): {
  readonly t: (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;
  readonly locale: Language;
} {
  const { messages, language } = useContext(SpokenContext);
  return { t: (key, values) => fill(messages[key] ?? en[key], values ?? {}), locale: language };
}
