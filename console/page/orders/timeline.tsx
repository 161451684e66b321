/** What happened to an order, in the order of time. */
import type { ComponentChildren } from 'preact'
import type { Moment } from '#console/contract.ts'
import { clockTime, day } from '../format.ts'
import { useTexts } from '../language.tsx'
import { Chip, Code, Money } from '../parts/basics.tsx'
import type { Texts } from '../texts/texts.ts'

export function Timeline({ moments }: { readonly moments: readonly Moment[] }) {
  const days = Map.groupBy(moments, ({ at }) => day(at))
  return (
    <div class="timeline">
      {[...days].map(([name, happened]) => (
        <section key={name}>
          <h3>{name}</h3>
          <ol>
            {happened.map((moment) => (
              <Happening key={moment.id} moment={moment} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function Happening({ moment }: { readonly moment: Moment }) {
  const texts = useTexts()
  const { kind, at, amount, out_refund_no: refund, correlation_id: correlation } = moment
  const details = detailsOf(moment, texts)
  return (
    <li class={`moment ${kind}`}>
      <time dateTime={at} title={at}>
        {clockTime(at)}
      </time>
      <span class="kind">{texts.moment[kind]}</span>
      <div>
        <p>
          {sentence(moment, texts)}
          {amount !== undefined && (
            <>
              {' · '}
              <Money fen={amount} />
            </>
          )}
          {moment.kind === 'fact' && moment.pending && (
            <>
              {' '}
              <Chip tone="warn">{texts.moment.pending}</Chip>
            </>
          )}
        </p>
        {details !== undefined && <p>{details}</p>}
        <p class="faint numbers">
          {refund !== undefined && (
            <span>
              {texts.refunds.refund} <Code>{refund}</Code>
            </span>
          )}
          {moment.kind === 'fact' && moment.transaction_id !== undefined && (
            <span>
              {texts.order.transaction} <Code>{moment.transaction_id}</Code>
            </span>
          )}
          {correlation !== undefined && (
            <span>
              {texts.correlation} <Code>{correlation}</Code>
            </span>
          )}
        </p>
      </div>
    </li>
  )
}

function sentence(moment: Moment, texts: Texts): string {
  const { states, moment: words } = texts
  switch (moment.kind) {
    case 'request':
      return words.asked[moment.what]
    case 'fact':
      return words.told(words.subject[moment.what], moment.state, states.source[moment.source])
    case 'decision':
      return words.decided(moment.hold, states.decision[moment.what], moment.by)
    case 'refund':
      return words.refundIs(states.refund[moment.what])
    case 'event':
      return words.published(moment.what, moment.order_version)
  }
}

function detailsOf(moment: Moment, texts: Texts): ComponentChildren | undefined {
  if (moment.kind === 'decision') return <q>{moment.note}</q>
  if (moment.kind === 'refund' && moment.failure_code !== undefined) return <Code>{moment.failure_code}</Code>
  if (moment.kind === 'event' && moment.holds.length > 0)
    return `${texts.hold.title}: ${moment.holds.join(', ')}`
  return undefined
}
