import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Series } from '../../api/types.ts';
import { useDocument } from '../../api/use-document.ts';
import { rateText } from '../../format/rate.ts';
import { momentText } from '../../format/time.ts';
import { useText } from '../../i18n/language.ts';
import { Table } from '../table.tsx';
import { useTheme } from '../use-theme.ts';
import type { DrawnChart } from './draw-chart.ts';
import { summaryOf } from './summary.ts';

const RANGES = ['1h', '6h', '24h', '7d', '30d', '1y'] as const;
const ROW_TIME: Intl.DateTimeFormatOptions = {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
};
type Range = (typeof RANGES)[number];

/** The range that a chart begins with: one that is not mostly empty. @param seconds for which there are shares */
export function firstRange(seconds: number): Range {
  if (seconds < 3_600) return '1h';
  return seconds < 21_600 ? '6h' : '24h';
}

/**
 * Rates over time: a picture, a sentence that sums it up, single values by arrow keys, and all values as a table.
 * @param path of the series in the API, without its query
 */
export function RateChart({ path, first }: { readonly path: string; readonly first: Range }) {
  const { t } = useText();
  const id = useId();
  const [range, setRange] = useState<Range>(first);
  const { data } = useDocument<Series>(`${path}/series?metric=rate&range=${range}`);
  return (
    <div class="chart">
      <div class="row">
        <label for={id}>{t('range')}</label>
        <select id={id} value={range} onChange={(event) => setRange(event.currentTarget.value as Range)}>
          {RANGES.map((one) => (
            <option key={one} value={one}>
              {t(`range_${one}`)}
            </option>
          ))}
        </select>
      </div>
      {data === undefined ? <div class="canvas waiting" /> : <Figure series={data} />}
    </div>
  );
}

function Figure({ series }: { readonly series: Series }) {
  const { t, locale } = useText();
  const summary = summaryOf(series.values, series.partialLast);
  const { point, index } = useDrawing(series);
  const format = (value: number | null | undefined) => rateText(value, series.unit);
  if (summary === undefined) return <p class="empty">{t('chartEmpty')}</p>;
  const atMs = (at: number) => series.fromMs + at * series.stepSeconds * 1000;
  const valueAt = (at: number) => {
    const value = series.values[at] ?? null;
    return value === null ? t('noValue') : format(value);
  };
  const last = series.values.length - 1;
  const onKeyDown = (event: KeyboardEvent) => {
    const at = index.value ?? last;
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    point(Math.min(last, Math.max(0, next)));
  };
  return (
    <figure>
      <div
        class="canvas"
        ref={index.place}
        role="img"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read single values
        tabIndex={0}
        aria-label={t('chartKeys')}
        onKeyDown={onKeyDown}
      />
      <p class="reading" aria-live="polite">
        {index.value === null
          ? ' '
          : `${momentText(atMs(index.value), locale, ROW_TIME)}: ${valueAt(index.value)}`}
      </p>
      <figcaption>
        {t('chartSummary', {
          mean: format(summary.mean),
          low: format(summary.low),
          high: format(summary.high),
          gaps: summary.gaps,
        })}
      </figcaption>
      <details>
        <summary>{t('chartTable')}</summary>
        <Table
          caption={t('chartOf')}
          heads={[t('time'), t('value')]}
          numeric={[1]}
          rows={series.values
            .map((_value, at) => [momentText(atMs(at), locale, ROW_TIME), valueAt(at)])
            .reverse()}
        />
      </details>
    </figure>
  );
}

/** What the line shows. A step that is not over would look like a fall: its shares are still to come. */
function drawnValues({ values, partialLast }: Series): readonly (number | null)[] {
  const isAlone = values.slice(0, -1).every((value) => value === null);
  return partialLast && !isAlone ? [...values.slice(0, -1), null] : values;
}

/** Draws on the element that `index.place` is given to. The library of charts is loaded with the first of them. */
function useDrawing(series: Series) {
  const { locale } = useText();
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<DrawnChart | undefined>(undefined);
  const [value, setValue] = useState<number | null>(null);
  useEffect(() => {
    let isOver = false;
    void import('./draw-chart.ts').then(({ drawChart }) => {
      if (isOver || place.current === null) return;
      chart.current = drawChart({
        place: place.current,
        times: series.values.map((_value, at) => series.fromMs / 1000 + at * series.stepSeconds),
        values: drawnValues(series),
        format: (figure) => rateText(figure, series.unit),
        locale,
        onPoint: setValue,
      });
    });
    return () => {
      isOver = true;
      chart.current?.close();
      chart.current = undefined;
    };
  }, [series, locale, theme]);
  return { point: (at: number) => chart.current?.point(at), index: { place, value } };
}
