/** Every fault as a button, and those that are set. */
import { useState } from 'preact/hooks'
import type { FaultInput, FaultKind, FaultsOnShow } from '#console/contract-simulator.ts'
import { send } from '../api.ts'
import { useTexts } from '../language.tsx'
import { useLoaded } from '../loaded.ts'
import { Problem } from '../parts/basics.tsx'
import { useOften, usePlace } from '../place.tsx'
import { wordFor } from '../texts/texts.ts'
import type { Act } from './act.ts'

const SCOPES = [
  'api',
  'notification',
  'attempt',
  'refund',
  'bill',
] as const satisfies readonly FaultKind['scope'][]
const COUNTS = [1, 2, 5, 10] as const

export function Faults({ act }: { readonly act: Act }) {
  const texts = useTexts()
  const { answer, problem, set } = useLoaded<FaultsOnShow>('simulator/faults', useOften())
  const [count, setCount] = useState<number | null>(1)
  const words = texts.simulator
  const nameOf = (kind: string) => wordFor(words.fault, kind)
  const change = (calling: Promise<FaultsOnShow>, says: string) =>
    act(
      calling.then((faults) => {
        set(faults)
        return says
      }),
    )
  const put = ({ kind, example }: FaultKind) => {
    const input: FaultInput = { ...example, kind, count }
    change(send('POST', 'simulator/faults', input), words.wasSet(nameOf(kind)))
  }
  const clear = (id?: string) => {
    const path = `simulator/faults${id === undefined ? '' : `/${encodeURIComponent(id)}`}`
    change(send('DELETE', path), words.cleared)
  }
  return (
    <section>
      <h2>{words.faults}</h2>
      <p class="faint">{words.aboutFaults}</p>
      <Problem problem={problem} />
      {answer !== undefined && <SetFaults set={answer.set} nameOf={nameOf} clear={clear} />}
      <HowOften count={count} choose={setCount} />
      <div class="faults">
        {SCOPES.map((scope) => (
          <FaultButtons
            key={scope}
            title={words.scope[scope]}
            kinds={answer?.kinds.filter((kind) => kind.scope === scope) ?? []}
            nameOf={nameOf}
            put={put}
          />
        ))}
      </div>
    </section>
  )
}

interface SetFaultsProps {
  readonly set: FaultsOnShow['set']
  readonly nameOf: (kind: string) => string
  readonly clear: (id?: string) => void
}

function SetFaults({ set, nameOf, clear }: SetFaultsProps) {
  const texts = useTexts()
  const { write } = usePlace()
  const words = texts.simulator
  if (set.length === 0) return <p>{words.noneSet}</p>
  return (
    <div class="set-faults">
      <h3>{words.setNow}</h3>
      <ul class="plain">
        {set.map(({ id, kind, remaining }) => (
          <li key={id}>
            {nameOf(kind)}{' '}
            <span class="faint">{remaining === null ? words.untilCleared : words.times(remaining)}</span>{' '}
            {write && (
              <button
                type="button"
                class="quiet small"
                aria-label={`${words.clear} ${nameOf(kind)}`}
                onClick={() => clear(id)}
              >
                {words.clear}
              </button>
            )}
          </li>
        ))}
      </ul>
      {write && (
        <button type="button" class="quiet" onClick={() => clear()}>
          {words.clearAll}
        </button>
      )}
    </div>
  )
}

interface HowOftenProps {
  readonly count: number | null
  readonly choose: (count: number | null) => void
}

function HowOften({ count, choose }: HowOftenProps) {
  const { simulator: words } = useTexts()
  return (
    <label class="beside">
      {words.howOften}
      <select
        value={count ?? ''}
        onChange={({ currentTarget: { value } }) => choose(value === '' ? null : Number(value))}
      >
        {COUNTS.map((offered) => (
          <option key={offered} value={offered}>
            {words.times(offered)}
          </option>
        ))}
        <option value="">{words.untilCleared}</option>
      </select>
    </label>
  )
}

interface FaultButtonsProps {
  readonly title: string
  readonly kinds: readonly FaultKind[]
  readonly nameOf: (kind: string) => string
  readonly put: (kind: FaultKind) => void
}

function FaultButtons({ title, kinds, nameOf, put }: FaultButtonsProps) {
  const { write } = usePlace()
  if (kinds.length === 0) return null
  return (
    <section>
      <h3>{title}</h3>
      <ul class="buttons">
        {kinds.map((fault) => (
          <li key={fault.kind}>
            <button
              type="button"
              class="quiet"
              disabled={!write}
              title={fault.kind}
              onClick={() => put(fault)}
            >
              {nameOf(fault.kind)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
