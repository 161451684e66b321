/** One notification: as it came, opened, and what was said to it; sent again where the simulator plays WeChat. */
import { useState } from 'preact/hooks'
import type { ConsoleProblem } from '#console/contract.ts'
import type { NotificationInFull, Resent, WireAttempt } from '#console/contract-watch.ts'
import { problemOf, send } from '../api.ts'
import { dayAndTime, duration } from '../format.ts'
import { useTexts } from '../language.tsx'
import { useLoaded } from '../loaded.ts'
import { Chip, Code, Facts, type NamedFacts, PageHead, Problem, Waiting } from '../parts/basics.tsx'
import { OrderLink } from '../parts/order-link.tsx'
import { OUTCOME_TONE } from '../parts/tones.ts'
import { usePlace } from '../place.tsx'
import { address } from '../route.ts'
import { type Texts, wordFor } from '../texts/texts.ts'

export function NotificationPage({ id }: { readonly id: string }) {
  const texts = useTexts()
  const path = `notifications/${encodeURIComponent(id)}`
  const { answer, problem, isLoading, reload } = useLoaded<NotificationInFull>(path)
  const title = answer === undefined ? texts.notifications.one : texts.notifications.at(dayAndTime(answer.at))
  return (
    <>
      <p class="back">
        <a href={address('notifications')}>← {texts.back}</a>
      </p>
      <PageHead title={title} isLoading={isLoading} reload={reload}>
        {answer !== undefined && (
          <Chip tone={OUTCOME_TONE[answer.outcome]}>{texts.states.outcome[answer.outcome]}</Chip>
        )}
      </PageHead>
      <Problem problem={problem} />
      {answer === undefined && <Waiting isLoading={isLoading} />}
      {answer !== undefined && <Notification notification={answer} />}
    </>
  )
}

function Notification({ notification }: { readonly notification: NotificationInFull }) {
  const texts = useTexts()
  const { write } = usePlace()
  const { raw, decrypted, explanation } = notification
  const words = texts.notifications
  return (
    <>
      {explanation !== undefined && <p class="explanation">{explanation}</p>}
      <Facts facts={factsOf(notification, texts)} />
      {write && notification.can_resend && <Resend id={notification.id} />}
      <section>
        <h2>{words.decrypted}</h2>
        {decrypted === undefined ? (
          <p class="faint">{words.notOpened}</p>
        ) : (
          <Text name={words.decrypted} text={decrypted} />
        )}
      </section>
      <section>
        <h2>{words.raw}</h2>
        {raw === undefined ? (
          <p class="faint">{words.notKept}</p>
        ) : (
          <>
            <h3>{words.headers}</h3>
            <Facts facts={headersOf(raw.headers)} />
            <h3>{words.body}</h3>
            <Text name={words.body} text={raw.body} />
          </>
        )}
      </section>
    </>
  )
}

/** A text as it is: a keyboard can scroll it. */
function Text({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <section class="text" tabIndex={0} aria-label={name}>
      <pre>{text}</pre>
    </section>
  )
}

const headersOf = (headers: Readonly<Record<string, string>>): NamedFacts =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, <Code key={name}>{value}</Code>]))

function factsOf(notification: NotificationInFull, texts: Texts): NamedFacts {
  const words = texts.notifications
  const code = (value: string | undefined) => value && <Code>{value}</Code>
  const order = notification.out_trade_no
  const took = notification.duration_ms
  return {
    [words.event]: code(notification.event_type),
    [texts.orders.order]: order && <OrderLink number={order} />,
    [texts.refunds.refund]: code(notification.out_refund_no),
    [texts.order.transaction]: code(notification.transaction_id),
    [words.status]: notification.status,
    [words.rule]: code(notification.rule),
    [words.took]: took === undefined ? undefined : duration(took / 1000, texts.units),
    [words.fact]: code(notification.fact_key),
    [texts.correlation]: code(notification.correlation_id),
    [words.faults]: notification.faults?.map((fault) => wordFor(texts.simulator.fault, fault)).join(', '),
  }
}

function Resend({ id }: { readonly id: string }) {
  const texts = useTexts()
  const [attempts, setAttempts] = useState<readonly WireAttempt[]>()
  const [problem, setProblem] = useState<ConsoleProblem>()
  const resend = () => {
    setProblem(undefined)
    send<Resent>('POST', `notifications/${encodeURIComponent(id)}/resend`).then(
      (answer) => setAttempts(answer.attempts),
      (error: unknown) => setProblem(problemOf(error)),
    )
  }
  return (
    <div class="actions">
      <button type="button" onClick={resend}>
        {texts.notifications.resend}
      </button>
      <output>
        {attempts !== undefined && texts.notifications.resent}
        {attempts?.map(({ at, status, error, duration_ms: took }) => (
          <span key={at}>
            {' '}
            <Code>{status ?? error ?? texts.none}</Code> ({duration(took / 1000, texts.units)})
          </span>
        ))}
      </output>
      <Problem problem={problem} />
    </div>
  )
}
