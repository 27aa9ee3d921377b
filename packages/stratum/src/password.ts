/** What a worker's password says. */
export interface PasswordText {
  /** What is left when the options are taken out. */
  readonly password: string;
  readonly difficulty?: string | { readonly fault: string };
}

const DIFFICULTY = /^[0-9]{1,15}(\.[0-9]{1,9})?$/;

export function parsePassword(text: string): PasswordText {
  const parts = text.split(/[,;]/);
  const options = parts.filter((part) => part.trim().startsWith('d='));
  const [option] = options;
  if (option === undefined) return { password: text };
  const password = parts.filter((part) => !part.trim().startsWith('d=')).join(',');
  const value = option.trim().slice(2);
  const right = options.length === 1 && DIFFICULTY.test(value) && Number(value) > 0;
  const fault = 'd= in the password must be one decimal number above 0, as in d=64';
  return { password, difficulty: right ? value : { fault } };
}
