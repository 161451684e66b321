/** A chart for a look: bars or lines over time, with the same figures as a table for whoever cannot see them. */
import { useTexts } from '../language.tsx'
import { Table } from '../parts/table.tsx'
import { bars, dotPath, linePath, type Place, roundUp } from './scale.ts'

export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  readonly title: string
  readonly kind: 'bars' | 'lines'
  /** What each value is of: a time or a day. */
  readonly labels: readonly string[]
  readonly series: readonly Series[]
}

const WIDTH = 600
const HEIGHT = 160
/** Room for the figures beside the chart and the times below it. */
const LEFT = 44
const BELOW = 24
const ABOVE = 8
const BOX = `0 0 ${LEFT + WIDTH + 8} ${ABOVE + HEIGHT + BELOW}`

export function Chart({ title, kind, labels, series }: ChartProps) {
  const texts = useTexts()
  const present = series.flatMap(({ values }) => values.filter((value) => value !== null))
  const most = roundUp(Math.max(0, ...present))
  const isEmpty = present.every((value) => value === 0)
  const place: Place = { width: WIDTH, height: HEIGHT, most }
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        {series.length > 1 && <Legend series={series} />}
      </figcaption>
      {isEmpty ? (
        <p class="faint">{texts.charts.nothing}</p>
      ) : (
        <svg viewBox={BOX} role="img" aria-label={`${title}: ${summaryOf(series, texts.charts.summary)}`}>
          <g transform={`translate(${LEFT} ${ABOVE})`}>
            <Grid place={place} labels={labels} />
            {series.map((one, at) => (
              <Drawn
                key={one.name}
                kind={kind}
                series={one}
                tone={`series-${at}`}
                place={place}
                labels={labels}
              />
            ))}
          </g>
        </svg>
      )}
      {!isEmpty && <Figures title={title} labels={labels} series={series} />}
    </figure>
  )
}

interface DrawnProps extends Pick<ChartProps, 'kind' | 'labels'> {
  readonly series: Series
  readonly tone: string
  readonly place: Place
}

function Drawn({ kind, series: { values }, tone, place, labels }: DrawnProps) {
  if (kind === 'lines')
    return (
      <>
        <path class={`line ${tone}`} d={linePath(values, place)} />
        <path class={`line dot ${tone}`} d={dotPath(values, place)} />
      </>
    )
  return (
    <>
      {bars(values, place).map(({ at, ...bar }) => (
        <rect key={at} class={`bar ${tone}`} {...bar}>
          <title>{`${labels[at] ?? ''}: ${values[at] ?? ''}`}</title>
        </rect>
      ))}
    </>
  )
}

/** Lines at nothing, half and all, and the first, middle and last of what the values are of. */
function Grid({
  place: { width, height, most },
  labels,
}: {
  readonly place: Place
  readonly labels: readonly string[]
}) {
  const along = [0, Math.floor((labels.length - 1) / 2), labels.length - 1]
  const anchors = ['start', 'middle', 'end'] as const
  return (
    <>
      {[0, 0.5, 1].map((part) => (
        <g key={part} transform={`translate(0 ${height - part * height})`}>
          <path class="grid" d={`M0 0H${width}`} />
          <text x={-8} dy="0.35em" text-anchor="end">
            {most * part}
          </text>
        </g>
      ))}
      {along.map((at, index) => (
        <text key={at} x={(width / 2) * index} y={height + 18} text-anchor={anchors[index]}>
          {labels[at]}
        </text>
      ))}
    </>
  )
}

function Legend({ series }: { readonly series: readonly Series[] }) {
  return (
    <ul class="legend">
      {series.map(({ name }, at) => (
        <li key={name}>
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <rect class={`bar series-${at}`} width="12" height="12" rx="2" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  )
}

function Figures({ title, labels, series }: Omit<ChartProps, 'kind'>) {
  const texts = useTexts()
  const rows = labels
    .map((label, at) => ({ label, values: series.map(({ values }) => values[at] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null && value !== 0))
  const columns = series.map(({ name }, at) => ({
    name,
    isFigure: true,
    show: ({ values }: (typeof rows)[number]) => values[at] ?? texts.none,
  }))
  return (
    <details>
      <summary>{texts.charts.figures}</summary>
      <Table
        name={title}
        columns={[{ name: texts.time, show: ({ label }) => label }, ...columns]}
        rows={rows}
        keyOf={({ label }) => label}
      />
    </details>
  )
}

function summaryOf(
  series: readonly Series[],
  say: (points: number, most: string, last: string) => string,
): string {
  return series
    .map(({ name, values }) => {
      const present = values.filter((value) => value !== null)
      return `${name}: ${say(present.length, String(Math.max(0, ...present)), String(present.at(-1) ?? 0))}`
    })
    .join('; ')
}
