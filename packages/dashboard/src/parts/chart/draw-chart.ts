import UPlot from 'uplot';

/** What a drawing needs. */
export interface Drawing {
  readonly place: HTMLElement;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  readonly format: (value: number) => string;
  readonly locale: string;
  /** Called with the value under the cursor. */
  readonly onPoint: (index: number | null) => void;
}

/** A chart on the screen. */
export interface DrawnChart {
  point(index: number): void;
  close(): void;
}

const HEIGHT_PX = 220;
const AXIS_PX = 84;

/** A colour of the style sheet as a canvas takes it: the property itself still holds both themes, `light-dark(...)`. */
function colourOf(place: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Draws a line. Colours come from the style sheet. It is drawn anew when its place changes its width. */
export function drawChart({ place, times, values, format, locale, onPoint }: Drawing): DrawnChart {
  const colour = (name: string) => colourOf(place, name);
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const spanSeconds = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const clock = new Intl.DateTimeFormat(
    locale,
    spanSeconds > 172_800 ? { month: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' },
  );
  const chart = new UPlot(
    {
      width: Math.max(place.clientWidth, 200),
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_self, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        { ...axis, values: (_self, splits) => splits.map((seconds) => clock.format(seconds * 1000)) },
        { ...axis, size: AXIS_PX, values: (_self, splits) => splits.map((value) => format(value)) },
      ],
      series: [
        {},
        {
          stroke: colour('--accent'),
          fill: colour('--accent-faint'),
          width: 2,
          points: { show: values.length < 3 },
        },
      ],
      hooks: { setCursor: [(self) => onPoint(self.cursor.idx ?? null)] },
    },
    [[...times], [...values]],
    place,
  );
  // The words below the canvas say what it shows.
  for (const canvas of place.querySelectorAll('canvas')) canvas.setAttribute('aria-hidden', 'true');
  const observer = new ResizeObserver(() =>
    chart.setSize({ width: Math.max(place.clientWidth, 200), height: HEIGHT_PX }),
  );
  observer.observe(place);
  return {
    point(index) {
      const time = times[index];
      if (time !== undefined) chart.setCursor({ left: chart.valToPos(time, 'x'), top: 0 });
    },
    close() {
      observer.disconnect();
      chart.destroy();
    },
  };
}
