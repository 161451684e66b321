/** What people look at rather than read: how much passes, how fast, and where the books differ. */
import { useState } from 'preact/hooks'
import type { ChartPoint, Charts } from '#console/contract-watch.ts'
import { minuteTime } from '../format.ts'
import { useTexts } from '../language.tsx'
import { useLoaded } from '../loaded.ts'
import { PageHead, Problem, Waiting } from '../parts/basics.tsx'
import { useOften } from '../place.tsx'
import { Chart } from './chart.tsx'

const SPANS_H = [1, 6, 24] as const

export function ChartsPage() {
  const texts = useTexts()
  const [hours, setHours] = useState<number>(SPANS_H[0])
  const { answer, problem, isLoading, reload } = useLoaded<Charts>(`charts?minutes=${hours * 60}`, useOften())
  return (
    <>
      <PageHead title={texts.charts.title} isLoading={isLoading} reload={reload}>
        <label class="beside">
          {texts.charts.span}
          <select value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
            {SPANS_H.map((span) => (
              <option key={span} value={span}>
                {texts.charts.hours(span)}
              </option>
            ))}
          </select>
        </label>
      </PageHead>
      <Problem problem={problem} />
      {answer === undefined && <Waiting isLoading={isLoading} />}
      {answer !== undefined && <All charts={answer} />}
    </>
  )
}

function All({ charts }: { readonly charts: Charts }) {
  const { charts: words } = useTexts()
  const perMinute = (points: readonly ChartPoint[]) =>
    points.map(({ value }) => value && Math.round((value * 600) / charts.step_seconds) / 10)
  return (
    <div class="charts">
      <Chart
        title={words.payments}
        kind="bars"
        labels={timesOf(charts.payments)}
        series={[{ name: words.payments, values: perMinute(charts.payments) }]}
      />
      <Chart
        title={words.refunds}
        kind="bars"
        labels={timesOf(charts.refunds)}
        series={[{ name: words.refunds, values: perMinute(charts.refunds) }]}
      />
      <Chart
        title={words.latency}
        kind="lines"
        labels={timesOf(charts.notification_p50_ms)}
        series={[
          { name: words.median, values: valuesOf(charts.notification_p50_ms) },
          { name: words.most, values: valuesOf(charts.notification_p95_ms) },
        ]}
      />
      <Chart
        title={words.mismatches}
        kind="bars"
        labels={charts.mismatches.map(({ day }) => day)}
        series={[{ name: words.mismatches, values: charts.mismatches.map(({ count }) => count) }]}
      />
    </div>
  )
}

const timesOf = (points: readonly ChartPoint[]) => points.map(({ at }) => minuteTime(at))
const valuesOf = (points: readonly ChartPoint[]) => points.map(({ value }) => value)
