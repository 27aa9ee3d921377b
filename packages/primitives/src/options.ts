/**
 * Puts options over their defaults. An option that is present but undefined takes its default too. Object spread would
 * keep the undefined, which TypeScript lets through without `exactOptionalPropertyTypes`.
 *
 * @param given options whose values replace those of `defaults`
 */
export function withDefaults<Defaults extends object, Given extends object>(
  defaults: Defaults,
  given: Given,
): Defaults & Given {
  const all: Record<string, unknown> = { ...(defaults as Record<string, unknown>) };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) all[name] = value;
  return all as Defaults & Given;
}
