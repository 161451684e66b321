/** What holds an order, and the decision of a person about it, which asks for a name and a reason. */
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { ConsoleProblem, DecisionInput, OrderStory } from '#console/contract.ts'
import type { Order } from '#client/contract/answers.ts'
import { problemOf, send } from '../api.ts'
import { useTexts } from '../language.tsx'
import { recall, remember } from '../memory.ts'
import { Chip, Code, Problem } from '../parts/basics.tsx'
import { usePlace } from '../place.tsx'

type Hold = Order['holds'][number]
type Decision = 'accept' | 'dismiss'

interface HoldsProps {
  readonly order: Order
  readonly onDecided: (story: OrderStory) => void
}

export function Holds({ order, onDecided }: HoldsProps) {
  const texts = useTexts()
  if (order.holds.length === 0) return null
  return (
    <section>
      <h2>{texts.hold.title}</h2>
      {order.holds.map((hold) => (
        <HoldCard key={hold.hold} order={order} hold={hold} onDecided={onDecided} />
      ))}
    </section>
  )
}

interface HoldCardProps {
  readonly order: Order
  readonly hold: Hold
  readonly onDecided: (story: OrderStory) => void
}

function HoldCard({ order: { out_trade_no: number, provider }, hold, onDecided }: HoldCardProps) {
  const texts = useTexts()
  const { write } = usePlace()
  const [decision, setDecision] = useState<Decision>()
  const [name, meaning] = texts.states.hold[hold.reason]
  const isOpen = !hold.dismissed
  return (
    <article class={isOpen ? 'hold open' : 'hold'}>
      <h3>
        {name} {!isOpen && <Chip tone="calm">{texts.hold.dismissed}</Chip>}
      </h3>
      <p>{meaning}</p>
      <p class="faint">
        {texts.hold.key} <Code>{hold.hold}</Code>
      </p>
      {write && hold.reason !== 'approval' && (isOpen || hold.acceptable) && (
        <p class="actions">
          {hold.acceptable && (
            <button type="button" aria-expanded={decision === 'accept'} onClick={() => setDecision('accept')}>
              {texts.hold.accept}
            </button>
          )}
          {isOpen && (
            <button
              type="button"
              class="quiet"
              aria-expanded={decision === 'dismiss'}
              onClick={() => setDecision('dismiss')}
            >
              {texts.hold.dismiss}
            </button>
          )}
        </p>
      )}
      {decision !== undefined && (
        <DecisionForm
          key={decision}
          path={`orders/${encodeURIComponent(number)}/${decision}?provider=${provider}`}
          hold={hold.hold}
          decision={decision}
          onDecided={onDecided}
          onCancel={() => setDecision(undefined)}
        />
      )}
    </article>
  )
}

interface DecisionFormProps {
  readonly path: string
  readonly hold: string
  readonly decision: Decision
  readonly onDecided: (story: OrderStory) => void
  readonly onCancel: () => void
}

function DecisionForm({ path, hold, decision, onDecided, onCancel }: DecisionFormProps) {
  const texts = useTexts()
  const id = useId()
  const note = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<ConsoleProblem>()
  const [by, setBy] = useState(recall('name') ?? '')
  const [isSending, setSending] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const decide = async () => {
    const input: DecisionInput = { hold, by: by.trim(), note: note.current?.value.trim() ?? '' }
    remember('name', input.by)
    setSending(true)
    try {
      onDecided(await send<OrderStory>('POST', path, input))
      onCancel()
    } catch (error) {
      setProblem(problemOf(error))
      setSending(false)
    }
  }
  return (
    <form
      ref={form}
      class="decide"
      onSubmit={(event) => {
        event.preventDefault()
        void decide()
      }}
    >
      <p id={id}>{decision === 'accept' ? texts.hold.acceptWhat : texts.hold.dismissWhat}</p>
      <label>
        {texts.hold.by}
        <input required maxLength={64} value={by} onInput={(event) => setBy(event.currentTarget.value)} />
      </label>
      <label class="wide">
        {texts.hold.note}
        <input required maxLength={256} ref={note} />
      </label>
      <button type="submit" disabled={isSending} aria-describedby={id}>
        {texts.hold.confirm(texts.hold[decision])}
      </button>
      <button type="button" class="quiet" onClick={onCancel}>
        {texts.hold.cancel}
      </button>
      <Problem problem={problem} />
    </form>
  )
}
