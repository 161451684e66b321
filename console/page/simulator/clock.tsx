/** WeChat's clock, which can jump ahead: repeats of notifications and refunds that take time need no waiting. */
import type { AdvanceInput, SimulatorClock } from '#console/contract-simulator.ts'
import { send } from '../api.ts'
import { dayAndTime, duration } from '../format.ts'
import { useTexts } from '../language.tsx'
import { useLoaded } from '../loaded.ts'
import { Problem } from '../parts/basics.tsx'
import { useOften, usePlace } from '../place.tsx'
import type { Act } from './act.ts'

/** From the first repeat of a notification to the end of a day. */
const JUMPS_S = [15, 60, 600, 3600, 86_400] as const

export function Clock({ act }: { readonly act: Act }) {
  const texts = useTexts()
  const { write } = usePlace()
  const { answer, problem, set } = useLoaded<SimulatorClock>('simulator/clock', useOften())
  const words = texts.simulator
  const jump = (seconds: number) => {
    const input: AdvanceInput = { ms: seconds * 1000 }
    act(
      send<SimulatorClock>('POST', 'simulator/clock/advance', input).then((clock) => {
        set(clock)
        return words.jumped(duration(seconds, texts.units))
      }),
    )
  }
  return (
    <section>
      <h2>{words.clock}</h2>
      <Problem problem={problem} />
      {answer !== undefined && <Reading clock={answer} />}
      {write && (
        <ul class="buttons" aria-label={words.advance}>
          {JUMPS_S.map((seconds) => (
            <li key={seconds}>
              <button type="button" class="quiet" onClick={() => jump(seconds)}>
                + {duration(seconds, texts.units)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Reading({ clock: { now, wall, time_scale: scale } }: { readonly clock: SimulatorClock }) {
  const texts = useTexts()
  const { simulator: words } = texts
  const ahead = Math.round((Date.parse(now) - Date.parse(wall)) / 1000)
  return (
    <p>
      <time dateTime={now} class="clock">
        {dayAndTime(now)}
      </time>{' '}
      <span class="faint">
        {ahead > 0 ? words.ahead(duration(ahead, texts.units)) : words.inStep}
        {scale !== 1 && ` · ${words.faster(scale)}`}
      </span>
    </p>
  )
}
