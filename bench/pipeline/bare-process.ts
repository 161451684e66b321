/** A process that makes the bare calls: of one that takes notifications, or of one that settles them, for as long as it is told to. */
import { parseFactMessage } from '#functions/settle/schema.ts'
import { callsAt } from './calls.ts'
import type { Place, Written } from './calls.ts'

export type Task =
  | { readonly role: 'take'; readonly place: Place }
  | { readonly role: 'settle'; readonly place: Place; readonly written: readonly Written[] }

export type Told = Task | { readonly take: readonly Written[] }

let calls: ReturnType<typeof callsAt>

async function settleForEver(written: readonly Written[]): Promise<never> {
  const byKey = new Map(written.map((one) => [one.factKey, one]))
  for (;;)
    await calls.settleNext(({ Body: body = '' }) => {
      const found = byKey.get(parseFactMessage(body) ?? '')
      if (found === undefined) throw new Error('the queue has a message of somebody else')
      return found
    })
}

process.on('message', (told: Told) => {
  if ('take' in told) {
    void (async () => {
      for (const one of told.take) await calls.take(one)
    })()
    return
  }
  calls = callsAt(told.place)
  if (told.role === 'settle') void settleForEver(told.written)
  process.send?.('ready')
})
