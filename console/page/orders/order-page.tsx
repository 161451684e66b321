/** One order: what it is, what holds it, its refunds, and everything that happened to it. */
import { useState } from 'preact/hooks'
import type { OrderStory } from '#console/contract.ts'
import type { Order } from '#client/contract/answers.ts'
import { useTexts } from '../language.tsx'
import { useLoaded } from '../loaded.ts'
import { At, Chip, Code, Facts, Money, PageHead, Problem, Waiting } from '../parts/basics.tsx'
import { ORDER_TONE } from '../parts/tones.ts'
import { useOften } from '../place.tsx'
import { RefundTable } from '../refunds/refund-table.tsx'
import { address } from '../route.ts'
import { Holds } from './holds.tsx'
import { Timeline } from './timeline.tsx'

interface OrderPageProps {
  readonly number: string
  /** Empty: the first of this place. */
  readonly provider: string
}

export function OrderPage({ number, provider }: OrderPageProps) {
  const texts = useTexts()
  const query = provider === '' ? '' : `?provider=${encodeURIComponent(provider)}`
  const path = `orders/${encodeURIComponent(number)}${query}`
  const { answer, problem, isLoading, reload, set } = useLoaded<OrderStory>(path, useOften())
  const [isDecided, setDecided] = useState(false)
  const decided = (story: OrderStory) => {
    set(story)
    setDecided(true)
  }
  return (
    <>
      <p class="back">
        <a href={address('orders', undefined, { provider })}>← {texts.back}</a>
      </p>
      <PageHead title={texts.order.title(number)} isLoading={isLoading} reload={reload}>
        {answer !== undefined && (
          <Chip tone={ORDER_TONE[answer.order.status]}>{texts.states.order[answer.order.status]}</Chip>
        )}
      </PageHead>
      <Problem problem={problem} />
      {answer === undefined && <Waiting isLoading={isLoading} />}
      <output>{isDecided && texts.hold.done}</output>
      {answer !== undefined && <Story story={answer} onDecided={decided} />}
    </>
  )
}

interface StoryProps {
  readonly story: OrderStory
  readonly onDecided: (story: OrderStory) => void
}

function Story({ story: { order, timeline }, onDecided }: StoryProps) {
  const texts = useTexts()
  return (
    <>
      <OrderFacts order={order} />
      <Holds order={order} onDecided={onDecided} />
      <section>
        <h2>{texts.order.timeline}</h2>
        <Timeline moments={timeline} />
      </section>
      <section>
        <h2>{texts.order.refunds}</h2>
        {order.refunds.length === 0 ? (
          <p class="faint">{texts.order.noRefunds}</p>
        ) : (
          <RefundTable refunds={order.refunds} />
        )}
      </section>
    </>
  )
}

function OrderFacts({ order }: { readonly order: Order }) {
  const texts = useTexts()
  const { transaction_id: transaction, deficit, rejected_code: rejected } = order
  return (
    <Facts
      facts={{
        [texts.amount]: <Money fen={order.amount.total} />,
        [texts.orders.refundable]: <Money fen={order.refundable} />,
        [texts.order.deficit]: deficit === 0 ? undefined : <Money fen={deficit} />,
        [texts.order.description]: order.description,
        [texts.order.attach]: order.attach,
        [texts.order.transaction]: transaction && <Code>{transaction}</Code>,
        [texts.provider]: texts.states.provider[order.provider],
        [texts.order.channel]: order.channel,
        [texts.order.bank]: order.bank_type,
        [texts.order.rejected]: rejected && <Code>{rejected}</Code>,
        [texts.orders.created]: <At time={order.created_at} />,
        [texts.order.paidAt]: order.success_time && <At time={order.success_time} />,
        [texts.order.expires]: order.time_expire && <At time={order.time_expire} />,
        [texts.order.updated]: <At time={order.updated_at} />,
      }}
    />
  )
}
