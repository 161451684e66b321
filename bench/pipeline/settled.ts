/** When facts are settled and events published, seen where the requests arrive. */
import { watchRequests } from '#local/cloud/request-log.ts'

export interface SettledWatch {
  /** Resolves when so many facts were settled since the last call of this. */
  settled(count: number): Promise<void>
  /** Batches that were deleted so far. */
  batches(): number
  /** When the event of a fact was taken by the topic, by its key; ms of `performance.now`. */
  readonly published: ReadonlyMap<string, number>
  stop(): void
}

const EVENT_ID = /"id":"([^"]+)"/

export function watchSettled(): SettledWatch {
  const published = new Map<string, number>()
  let [seen, wanted, batches] = [0, 0, 0]
  let reached = () => {}
  const stop = watchRequests(({ target, body, status }) => {
    if (target === '' && body.includes('Action=Publish')) {
      const message = new URLSearchParams(body).get('Message') ?? ''
      const id = EVENT_ID.exec(message)?.[1]
      if (id !== undefined) published.set(id, performance.now())
    }
    if (target.endsWith('.DeleteMessageBatch')) batches += 1
    if (!target.endsWith('.UpdateItem') || status !== 200 || !body.includes('settled_at')) return
    seen += 1
    if (seen >= wanted) reached()
  })
  return {
    published,
    batches: () => batches,
    stop,
    settled(count) {
      wanted += count
      return new Promise((resolve) => {
        reached = resolve
        if (seen >= wanted) resolve()
      })
    },
  }
}
