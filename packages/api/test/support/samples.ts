import type { PoolEvent, PoolStatus } from '@adit/pool';
import { PoolMetrics } from '../../src/metrics.ts';

/** One metric of the text format. */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Values by `name{label="value",...}`, as in the text. */
  readonly samples: ReadonlyMap<string, number>;
}

/** Reads the text format. @throws Error for a line of another form */
export function parseMetrics(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family & { samples: Map<string, number> }>();
  let help: readonly [name: string, text: string] = ['', ''];
  let family: (Family & { samples: Map<string, number> }) | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment !== null) {
      const [, what, name = '', rest = ''] = comment;
      if (what === 'HELP') help = [name, rest];
      else {
        if (help[0] !== name || families.has(name)) throw new Error(`no help, or a second time: ${line}`);
        family = { name, type: rest, help: help[1], samples: new Map() };
        families.set(name, family);
      }
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(\{(?:\w+="[^"\\]*",?)*\})? (\S+)$/.exec(line);
    if (sample === null || family === undefined) throw new Error(`no sample: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    if (!name.startsWith(family.name)) throw new Error(`${line} stands below ${family.name}`);
    const key = name + labels;
    if (family.samples.has(key)) throw new Error(`a second time: ${line}`);
    family.samples.set(
      key,
      value === '+Inf' ? Number.POSITIVE_INFINITY : value === 'Nan' ? Number.NaN : Number(value),
    );
  }
  return families;
}

/** The metrics after these events: `of` gives the value of one sample, named with its labels. */
export async function metricsAfter(events: readonly PoolEvent[], status: PoolStatus) {
  const metrics = new PoolMetrics({ version: '9.9.9', dataFolder: '/' }, { status: () => status });
  try {
    for (const event of events) metrics.onEvent(event);
    const text = await metrics.text();
    const families = parseMetrics(text);
    const of = (sample: string): number | undefined => {
      for (const { samples } of families.values()) {
        const value = samples.get(sample);
        if (value !== undefined) return value;
      }
      return undefined;
    };
    return { text, families, of };
  } finally {
    metrics.close();
  }
}
