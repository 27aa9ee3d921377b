/** How good a state is: it has a sign and a word besides its colour. */
type Mood = 'good' | 'wait' | 'bad' | 'plain';

const SIGNS: Readonly<Record<Mood, string>> = { good: '●', wait: '◐', bad: '✕', plain: '○' };

/** Moods of all states of rigs, blocks, payouts and credits. States of later versions are plain. */
const MOODS: Readonly<Record<string, Mood>> = {
  online: 'good',
  quiet: 'wait',
  offline: 'bad',
  pending: 'wait',
  confirmed: 'good',
  orphaned: 'bad',
  refused: 'bad',
  sending: 'wait',
  sent: 'wait',
  held: 'bad',
  failed: 'bad',
  immature: 'wait',
  credited: 'good',
  reversed: 'bad',
};

/** A state. @param word how the reader's language calls it */
export function StateBadge({ state, word }: { readonly state: string; readonly word: string }) {
  const mood = MOODS[state] ?? 'plain';
  return (
    <span class={`state ${mood}`}>
      <span aria-hidden="true">{SIGNS[mood]}</span> {word}
    </span>
  );
}
