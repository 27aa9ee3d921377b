import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useText } from '../i18n/language.ts';
import { Guard } from './guard.tsx';

/** A part of a page with its heading. What fails inside of it stays inside of it. */
export function Card({
  title,
  wide = false,
  children,
}: {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  const { t } = useText();
  const id = useId();
  return (
    <section class={wide ? 'card wide' : 'card'} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Guard fallback={<p class="quiet">{t('failed')}</p>}>{children}</Guard>
    </section>
  );
}

/** A figure with its name. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
