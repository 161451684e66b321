/** Alipay's notifications: eight deliveries within 25 hours, until the merchant answers `success`. */
import { beijingText } from '#shared/alipay/beijing-time.ts'
import { postAndRead } from '../http-post.ts'
import { HOST_NOT_ALLOWED } from '../notifier.ts'
import type { Timeline } from '../timeline.ts'
import type { AlipayFaults, AttemptFault } from './faults.ts'
import type { AlipayKeys } from './keys.ts'
import { ALIPAY_RETRY_DELAYS_MS } from './retry-schedule.ts'
import { signedForm } from './signed-form.ts'
import type { NoticeFields } from './signed-form.ts'

export interface AlipayAttempt {
  readonly at: number
  readonly duration_ms: number
  readonly status?: number
  readonly error?: string
  /** Whether it was answered `success`. */
  readonly taken: boolean
  readonly faults: readonly string[]
}

export type AlipayDeliveryState = 'waiting' | 'delivered' | 'given_up' | 'dropped'

export interface AlipayDelivery {
  /** `notify_id`: the same in each repetition. */
  readonly id: string
  readonly url: string
  readonly out_trade_no: string
  readonly out_request_no?: string
  readonly trade_status: string
  readonly state: AlipayDeliveryState
  readonly attempts: readonly AlipayAttempt[]
}

export interface AlipayNotice {
  readonly url: string
  readonly fields: NoticeFields
  readonly out_request_no?: string | undefined
}

/** A notification as it is written to a file. */
export interface SavedDelivery {
  readonly delivery: AlipayDelivery
  readonly notice: AlipayNotice
  /** The delivery that it waits for. */
  readonly next?: { readonly retry: number; readonly due_in: number }
}

export interface NotifierDeps {
  readonly keys: AlipayKeys
  readonly faults: AlipayFaults
  readonly timeline: Timeline
  readonly timeoutMs: number
  readonly mayNotify: (url: string) => boolean
  readonly onAttempt: (delivery: AlipayDelivery, attempt: AlipayAttempt) => void
}

export interface AlipayNotifier {
  submit(notice: AlipayNotice): void
  /** Sends one again, outside of its schedule. Rejects for an id that nobody has. */
  resend(id: string, faults: readonly AttemptFault[]): Promise<AlipayAttempt>
  /** The body of one as it would be sent now. */
  build(fields: NoticeFields, faults: readonly AttemptFault[]): string
  list(): readonly AlipayDelivery[]
  save(): readonly SavedDelivery[]
  /** Goes on with what an earlier run had, which ended so much of Alipay's time ago. */
  restore(saved: readonly SavedDelivery[], passedMs: number): void
  /** Resolves with the first delivery that fits, present or to come. */
  waitFor(fits: (delivery: AlipayDelivery) => boolean, signal: AbortSignal): Promise<AlipayDelivery>
  clear(): void
  stop(): void
}

interface Planned {
  readonly retry: number
  readonly copies: number
  readonly delayMs: number
}

export function createAlipayNotifier({
  keys,
  faults,
  timeline,
  timeoutMs,
  mayNotify,
  onAttempt,
}: NotifierDeps): AlipayNotifier {
  const deliveries = new Map<string, AlipayDelivery>()
  const notices = new Map<string, AlipayNotice>()
  const watchers = new Set<(delivery: AlipayDelivery) => void>()
  /** The delivery that each waits for, or is at. */
  const next = new Map<string, { readonly retry: number; readonly due: number }>()
  const stopping = new AbortController()

  function update(id: string, change: Partial<AlipayDelivery>): void {
    const known = deliveries.get(id)
    if (known === undefined) return
    const changed = { ...known, ...change }
    deliveries.set(id, changed)
    for (const watcher of watchers) watcher(changed)
  }

  function schedule(id: string, { retry, copies, delayMs }: Planned): void {
    next.set(id, { retry, due: timeline.elapsed() + delayMs })
    timeline.after(delayMs, () => deliver(id, retry, copies))
  }

  const build = (fields: NoticeFields, spoiled: readonly AttemptFault[]) =>
    signedForm(keys, { ...fields, notify_time: beijingText(timeline.wall()) }, spoiled)

  async function attempt(
    id: string,
    { url, fields }: AlipayNotice,
    spoiled: readonly AttemptFault[],
  ): Promise<AlipayAttempt> {
    const body = build(fields, spoiled)
    const at = timeline.wall()
    const started = performance.now()
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' }
    const answer = mayNotify(url)
      ? await postAndRead(url, { headers, body, timeoutMs, signal: stopping.signal })
      : { error: HOST_NOT_ALLOWED }
    const made: AlipayAttempt = {
      at,
      duration_ms: Math.round(performance.now() - started),
      ...('error' in answer ? answer : { status: answer.status }),
      taken: 'text' in answer && answer.status === 200 && answer.text === 'success',
      faults: spoiled.map(({ kind }) => kind),
    }
    update(id, { attempts: [...(deliveries.get(id)?.attempts ?? []), made] })
    const delivery = deliveries.get(id)
    if (delivery !== undefined) onAttempt(delivery, made)
    return made
  }

  async function deliver(id: string, retry: number, copies: number): Promise<void> {
    const notice = notices.get(id)
    if (notice === undefined || deliveries.get(id)?.state !== 'waiting') return
    const target = targetOf(notice)
    const sent = await Promise.all(
      Array.from({ length: copies }, () => attempt(id, notice, faults.ofAttempt(target))),
    )
    const delay = ALIPAY_RETRY_DELAYS_MS[retry]
    if (stopping.signal.aborted) return
    const taken = sent.some((made) => made.taken)
    if (taken || delay === undefined) {
      next.delete(id)
      update(id, { state: taken ? 'delivered' : 'given_up' })
    } else schedule(id, { retry: retry + 1, copies: 1, delayMs: delay })
  }

  return {
    submit(notice) {
      const { url, fields, out_request_no } = notice
      const planned = faults.ofNotification(targetOf(notice))
      const duplicate = planned.find((fault) => fault.kind === 'duplicate')
      const delay = planned.find((fault) => fault.kind === 'delay')
      const id = fields['notify_id'] ?? ''
      const state = planned.some(({ kind }) => kind === 'drop') ? 'dropped' : 'waiting'
      notices.set(id, notice)
      deliveries.set(id, {
        id,
        url,
        out_trade_no: fields['out_trade_no'] ?? '',
        ...(out_request_no === undefined ? {} : { out_request_no }),
        trade_status: fields['trade_status'] ?? '',
        state,
        attempts: [],
      })
      update(id, {})
      if (state === 'waiting')
        schedule(id, { retry: 0, copies: duplicate?.times ?? 1, delayMs: delay?.delay_ms ?? 0 })
    },
    async resend(id, spoiled) {
      const notice = notices.get(id)
      if (notice === undefined) throw new RangeError('no such notification')
      return attempt(id, notice, spoiled)
    },
    build,
    list: () => [...deliveries.values()],
    save: () =>
      [...notices].flatMap(([id, notice]) => {
        const [delivery, planned] = [deliveries.get(id), next.get(id)]
        if (delivery === undefined) return []
        if (planned === undefined) return { delivery, notice }
        return { delivery, notice, next: { retry: planned.retry, due_in: planned.due - timeline.elapsed() } }
      }),
    restore(saved, passedMs) {
      for (const { delivery, notice, next: planned } of saved) {
        deliveries.set(delivery.id, delivery)
        notices.set(delivery.id, notice)
        if (planned === undefined) continue
        const delayMs = Math.max(0, planned.due_in - passedMs)
        schedule(delivery.id, { retry: planned.retry, copies: 1, delayMs })
      }
    },
    waitFor(fits, signal) {
      const present = [...deliveries.values()].find(fits)
      if (present !== undefined) return Promise.resolve(present)
      return new Promise((resolve, reject) => {
        const watcher = (delivery: AlipayDelivery): void => {
          if (!fits(delivery)) return
          watchers.delete(watcher)
          resolve(delivery)
        }
        watchers.add(watcher)
        const onAbort = () => {
          watchers.delete(watcher)
          reject(new Error('no notification came to that state in time'))
        }
        signal.addEventListener('abort', onAbort, { once: true })
      })
    },
    clear() {
      deliveries.clear()
      notices.clear()
      next.clear()
    },
    stop: () => stopping.abort(),
  }
}

function targetOf({ fields, out_request_no }: AlipayNotice) {
  return { out_trade_no: fields['out_trade_no'], out_request_no }
}
