import type { TemplateChoices } from './config-family.ts';
import { familyOf } from './families.ts';

/**
 * A commented configuration for a network.
 * @throws AditError `ADIT_UNKNOWN_CHAIN`
 */
export function configTemplate(network: string, choices: TemplateChoices = {}): string {
  return familyOf({ network }).template(network, choices);
}
