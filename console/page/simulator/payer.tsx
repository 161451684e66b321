/** The orders as WeChat has them, each with its code, for a payer who pays or gives up, and their refunds. */
import { useRef } from 'preact/hooks'
import type { FinishRefundInput, SimulatorOrder, SimulatorRefund } from '#console/contract-simulator.ts'
import { send } from '../api.ts'
import { useTexts } from '../language.tsx'
import { useList } from '../loaded.ts'
import { Chip, Code, Money, Problem } from '../parts/basics.tsx'
import { OrderLink } from '../parts/order-link.tsx'
import { usePlace, useOften } from '../place.tsx'
import { QrCode } from './qr-code.tsx'
import type { Act } from './act.ts'

/** Those in which a payer can still pay. */
const PAYABLE = new Set(['NOTPAY', 'USERPAYING'])
/** Those in which a refund has not come to its end. */
const UNFINISHED = new Set(['PROCESSING', 'ABNORMAL'])
const ENDS = ['SUCCESS', 'CLOSED', 'ABNORMAL'] as const satisfies readonly FinishRefundInput['status'][]

export function Payer({ act }: { readonly act: Act }) {
  const texts = useTexts()
  const { entries, problem, reload, more } = useList<SimulatorOrder>('simulator/orders', useOften())
  const andReload: Act = (doing) => act(doing.finally(reload))
  return (
    <section>
      <h2>{texts.simulator.orders}</h2>
      <Problem problem={problem} />
      {entries?.length === 0 && <p class="empty">{texts.simulator.noOrders}</p>}
      {entries !== undefined && entries.length > 0 && (
        <section class="payers" tabIndex={0} aria-label={texts.simulator.orders}>
          {entries.map((order) => (
            <PayerOrder key={order.out_trade_no} order={order} act={andReload} />
          ))}
        </section>
      )}
      {more !== undefined && (
        <button type="button" class="quiet" onClick={more}>
          {texts.showMore}
        </button>
      )}
    </section>
  )
}

function PayerOrder({ order, act }: { readonly order: SimulatorOrder; readonly act: Act }) {
  const texts = useTexts()
  const { write } = usePlace()
  const { out_trade_no: number, code_url: code, payer_url: payerPage } = order
  const isPayable = PAYABLE.has(order.trade_state)
  const words = texts.simulator
  const doAs = (what: 'pay' | 'give-up', says: (number: string) => string) => () =>
    act(send('POST', `simulator/${what}`, { out_trade_no: number }).then(() => says(number)))
  return (
    <article class="payer">
      {isPayable && code !== undefined && <QrCode text={code} label={words.qrOf(number)} />}
      <div>
        <h3>
          <OrderLink number={number} />
        </h3>
        <p>{order.description}</p>
        <p>
          <Money fen={order.amount.total} />{' '}
          <Chip tone={isPayable ? 'busy' : 'calm'}>{order.trade_state}</Chip>{' '}
          <span class="faint">{order.channel}</span>
        </p>
        {isPayable && code === undefined && <p class="faint">{words.noQr}</p>}
        {isPayable && (
          <p class="actions">
            {write && (
              <>
                <button type="button" onClick={doAs('pay', words.paid)}>
                  {words.pay}
                </button>
                <button type="button" class="quiet" onClick={doAs('give-up', words.gaveUp)}>
                  {words.giveUp}
                </button>
              </>
            )}
            {payerPage !== undefined && (
              <a href={payerPage} target="_blank" rel="noreferrer">
                {words.payerPage}
              </a>
            )}
          </p>
        )}
        {order.refunds.map((refund) => (
          <PayerRefund key={refund.out_refund_no} refund={refund} act={act} />
        ))}
      </div>
    </article>
  )
}

function PayerRefund({ refund, act }: { readonly refund: SimulatorRefund; readonly act: Act }) {
  const texts = useTexts()
  const { write } = usePlace()
  const end = useRef<HTMLSelectElement>(null)
  const { out_refund_no: number, status, amount } = refund
  const finish = () => {
    const chosen = ENDS.find((one) => one === end.current?.value) ?? 'SUCCESS'
    const input: FinishRefundInput = { out_refund_no: number, status: chosen }
    act(send('POST', 'simulator/refunds/finish', input).then(() => texts.simulator.finished(number)))
  }
  return (
    <div class="payer-refund">
      <p>
        <Code>{number}</Code> <Money fen={amount.refund} /> <Chip tone="calm">{status}</Chip>
      </p>
      {write && UNFINISHED.has(status) && (
        <p class="actions">
          <select ref={end} aria-label={`${texts.simulator.finishAs} ${number}`}>
            {ENDS.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
          <button type="button" class="quiet" onClick={finish}>
            {texts.simulator.finish}
          </button>
        </p>
      )}
    </div>
  )
}
