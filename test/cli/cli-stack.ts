/** A local stack of its own for a test file, with IAM on its routes as when deployed, and a shell on it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callApi } from '#cli/stack/api-client.ts'
import { withWechat } from '#cli/stack/accounts.ts'
import { openStack, type WechatStack } from '#cli/stack/stack-access.ts'
import { stackOrders } from '#cli/stack/stack-orders.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import { type ControlClient, createControlClient } from '#simulator/control-client.ts'
import { changed } from '#shared/orders/changed.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { paymentClosed } from '#shared/facts/fact.ts'
import { until } from '#test/support/until.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { createShell, type Shell } from './shell.ts'

export interface CliStack {
  readonly directory: string
  readonly stack: LocalStack
  readonly access: WechatStack
  readonly control: ControlClient
  readonly wxpay: Shell
  /** An order that is paid, and settled. */
  paidOrder(number: string): Promise<void>
  /** A fact two minutes old that nobody was told about. @returns its key */
  storedFact(number: string): Promise<string>
  /** Makes the refunds of an order three minutes old: nobody is at work on them any more. */
  ageRefunds(number: string): Promise<void>
  /** Resolves when settle is done with a fact whose key holds this text. */
  settled(text: string): Promise<unknown>
  stop(): Promise<void>
}

export async function startCliStack(): Promise<CliStack> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-cli-'))
  const stack = await startStack({
    assembly: await givenAssembly(),
    stateDir: join(directory, 'state'),
    schedules: false,
    requireIam: true,
  })
  const access = withWechat(
    await openStack({ directory } as Parameters<typeof openStack>[0], {
      stack: 'local',
      stateDir: 'state',
    }),
  )
  const control = createControlClient(stack.simulator?.controlUrl ?? '')
  const settled = (text: string) =>
    stack.logs.waitFor(({ line }) => line.includes('"FACT_SETTLED"') && line.includes(text))
  return {
    directory,
    stack,
    access,
    control,
    wxpay: createShell(directory, ['--state-dir', 'state']),
    settled,
    async paidOrder(number) {
      const body = {
        channel: 'native',
        out_trade_no: number,
        description: 'tea',
        amount: { total: 100 },
      } as const
      await until(async () => {
        const placed = await callApi(access, (api) => api.createPayment(body)).catch(slowOnly)
        return placed !== undefined
      }, `${number} is placed`)
      await control.pay({ out_trade_no: number })
      await settled(number)
    },
    async storedFact(number) {
      const fact = paymentClosed({
        mchid: access.mchid,
        out_trade_no: number,
        source: 'query',
        received_at: Date.now() - 120_000,
      })
      await createDynamoFactStore({ client: access.dynamodb, tableName: access.tables.facts }).put(fact)
      return fact.fact_key
    },
    async ageRefunds(number) {
      const orders = stackOrders(access)
      const order = await orders.get(orderKey(access.mchid, number))
      if (order === undefined) throw new Error(`there is no order ${number}`)
      const { ours } = order.books
      const older = ours.refunds.map((refund) => ({ ...refund, created_at: Date.now() - 180_000 }))
      await orders.save(changed(order, { books: { ours: { ...ours, refunds: older } } }, Date.now()))
    },
    async stop() {
      access.close()
      await stack.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** On a loaded machine a function that starts cold may miss its own limits, for which the API says to repeat. */
function slowOnly(error: unknown): undefined {
  if (error instanceof Error && error.message.includes('storage_unavailable')) return undefined
  throw error
}
