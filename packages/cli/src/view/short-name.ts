/** A name of a worker has up to 320 characters: some of them would push every other column out of the terminal. */
const NAME_LENGTH = 40;

/** A name as a table shows it to people: at most 40 characters. Answers for programs have the whole name. */
export function shortName(name: string): string {
  return name.length <= NAME_LENGTH ? name : `${name.slice(0, NAME_LENGTH - 3)}...`;
}
