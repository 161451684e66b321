/** Delivers notifications on WeChat's schedules: 5 s to answer, then retries, each encrypted and signed anew. */
import type { AttemptFault } from './fault-kinds.ts'
import type { Faults, NotificationEvent } from './faults.ts'
import { post } from './http-post.ts'
import type { Ids } from './ids.ts'
import { notificationSigner } from './keys.ts'
import type { Keys } from './keys.ts'
import type { Notice } from './notices.ts'
import { buildNotification } from './notification.ts'
import { retryDelays } from './retry-schedule.ts'
import type { Timeline } from './timeline.ts'

export interface Attempt {
  /** Epoch ms. */
  readonly at: number
  readonly duration_ms: number
  readonly serial: string
  readonly status?: number
  readonly error?: string
  readonly faults: readonly string[]
}

/** What an attempt met when the host is neither this machine nor named on the command line. */
export const HOST_NOT_ALLOWED = 'host_not_allowed'

export type DeliveryState = 'waiting' | 'held' | 'delivered' | 'given_up' | 'dropped'

export interface Delivery {
  readonly id: string
  readonly event: NotificationEvent
  readonly event_type: string
  readonly url: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
  readonly state: DeliveryState
  readonly attempts: readonly Attempt[]
}

export interface Subject {
  readonly event: NotificationEvent
  readonly url: string
  readonly out_trade_no?: string
  readonly out_refund_no?: string
}

/** A notification with where it stands; `due_in` is WeChat's time until the next attempt, of those that wait for one. */
export interface SavedNotification {
  readonly delivery: Delivery
  readonly job: Job
  readonly next?: { readonly retry: number; readonly due_in: number }
}

export interface Notifier {
  /** Everything that is known, for a later run. */
  save(): readonly SavedNotification[]
  /** Takes up what an earlier run knew, `passed` ms of WeChat's time later. */
  restore(saved: readonly SavedNotification[], passed: number): void
  /** Takes over a notification; deliveries happen on the timeline. */
  submit(subject: Subject, notice: Notice): Delivery
  /** Sends a notification again, `times` copies at once, whatever its state. @returns what each copy met; undefined: no such notification. */
  resend(id: string, times: number, spoiled: readonly AttemptFault[]): Promise<readonly Attempt[]> | undefined
  list(): readonly Delivery[]
  /** Resolves with the first delivery that fits, now or later; rejects when `signal` ends first. */
  waitFor(fits: (delivery: Delivery) => boolean, signal: AbortSignal): Promise<Delivery>
  clear(): void
  stop(): void
}

export interface NotifierDeps {
  readonly keys: Keys
  readonly ids: Ids
  readonly faults: Faults
  readonly timeline: Timeline
  readonly random: () => number
  readonly timeoutMs: number
  /** Whether a notification may be sent to this URL. */
  readonly mayNotify: (url: string) => boolean
  /** Called after each attempt. */
  readonly onAttempt: (delivery: Delivery, attempt: Attempt) => void
}

export interface Job {
  readonly notice: Notice
  readonly copies: number
  readonly subject: Subject
}

/** Creates the notifier. */
export function createNotifier(deps: NotifierDeps): Notifier {
  const { keys, ids, faults, timeline, random, timeoutMs, mayNotify, onAttempt } = deps
  const deliveries = new Map<string, Delivery>()
  const jobs = new Map<string, Job>()
  const watchers = new Set<(delivery: Delivery) => void>()
  const stopping = new AbortController()
  let held: readonly Job[] = []
  /** The attempt that each notification waits for, or is at. */
  const next = new Map<string, { readonly retry: number; readonly due: number }>()

  function schedule(job: Job, retry: number, delayMs: number): void {
    next.set(job.notice.id, { retry, due: timeline.elapsed() + delayMs })
    timeline.after(delayMs, () => deliver(job, retry))
  }

  function update(id: string, change: Partial<Delivery>): void {
    const known = deliveries.get(id)
    if (known === undefined) return
    const changed = { ...known, ...change }
    deliveries.set(id, changed)
    for (const watcher of watchers) watcher(changed)
  }

  async function attempt({ notice, subject }: Job, spoiled: readonly AttemptFault[]): Promise<Attempt> {
    const signer = notificationSigner(keys, random())
    const built = buildNotification(notice, { keys, ids, signer, now: timeline.wall(), faults: spoiled })
    const at = timeline.wall()
    const started = performance.now()
    const answer = mayNotify(subject.url)
      ? await post(subject.url, {
          headers: built.headers,
          body: built.body,
          timeoutMs,
          signal: stopping.signal,
        })
      : { error: HOST_NOT_ALLOWED }
    const made: Attempt = {
      at,
      duration_ms: Math.round(performance.now() - started),
      serial: built.serial,
      ...answer,
      faults: spoiled.map(({ kind }) => kind),
    }
    update(notice.id, { attempts: [...(deliveries.get(notice.id)?.attempts ?? []), made] })
    const delivery = deliveries.get(notice.id)
    if (delivery !== undefined) onAttempt(delivery, made)
    return made
  }

  async function deliver(job: Job, retry: number): Promise<void> {
    const { id } = job.notice
    if (deliveries.get(id)?.state !== 'waiting') return
    const target = {
      event: job.subject.event,
      out_trade_no: job.subject.out_trade_no,
      out_refund_no: job.subject.out_refund_no,
    }
    const copies = Array.from({ length: retry === 0 ? job.copies : 1 }, () =>
      attempt(job, faults.take('attempt', target)),
    )
    const accepted = (await Promise.all(copies)).some(({ status }) => status === 200 || status === 204)
    const delay = retryDelays(job.notice.eventType)[retry]
    // An attempt that was cut off is made again by the next run.
    if (stopping.signal.aborted) return
    if (accepted || delay === undefined) {
      next.delete(id)
      update(id, { state: accepted ? 'delivered' : 'given_up' })
    } else schedule(job, retry + 1, delay)
    releaseHeld(id)
  }

  /** Whatever was held goes out after a later notification did. */
  function releaseHeld(afterId: string): void {
    const ready = held.filter(({ notice }) => notice.id !== afterId)
    held = held.filter((job) => !ready.includes(job))
    for (const job of ready) {
      update(job.notice.id, { state: 'waiting' })
      schedule(job, 0, 0)
    }
  }

  return {
    submit(subject, notice) {
      const target = {
        event: subject.event,
        out_trade_no: subject.out_trade_no,
        out_refund_no: subject.out_refund_no,
      }
      const planned = faults.take('notification', target)
      const duplicate = planned.find((fault) => fault.kind === 'duplicate')
      const delay = planned.find((fault) => fault.kind === 'delay')
      const dropped = planned.some(({ kind }) => kind === 'drop')
      const hold = planned.some(({ kind }) => kind === 'hold')
      const state = dropped ? 'dropped' : hold ? 'held' : 'waiting'
      const job = { notice, subject, copies: duplicate?.times ?? 1 }
      jobs.set(notice.id, job)
      const delivery = {
        id: notice.id,
        event_type: notice.eventType,
        ...subject,
        state,
        attempts: [],
      } as const
      deliveries.set(notice.id, delivery)
      update(notice.id, {})
      if (hold && !dropped) held = [...held, job]
      if (state === 'waiting') schedule(job, 0, delay?.delay_ms ?? 0)
      return delivery
    },
    resend(id, times, spoiled) {
      const job = jobs.get(id)
      return job && Promise.all(Array.from({ length: times }, () => attempt(job, spoiled)))
    },
    save: () =>
      [...jobs].flatMap(([id, job]) => {
        const [delivery, planned] = [deliveries.get(id), next.get(id)]
        if (delivery === undefined) return []
        if (planned === undefined) return { delivery, job }
        return { delivery, job, next: { retry: planned.retry, due_in: planned.due - timeline.elapsed() } }
      }),
    restore(saved, passed) {
      for (const { delivery, job, next: planned } of saved) {
        deliveries.set(delivery.id, delivery)
        jobs.set(delivery.id, job)
        if (delivery.state === 'held') held = [...held, job]
        if (planned !== undefined) schedule(job, planned.retry, Math.max(0, planned.due_in - passed))
      }
    },
    list: () => [...deliveries.values()],
    waitFor(fits, signal) {
      const present = [...deliveries.values()].find(fits)
      if (present !== undefined) return Promise.resolve(present)
      return new Promise((resolve, reject) => {
        const watcher = (delivery: Delivery): void => {
          if (!fits(delivery)) return
          watchers.delete(watcher)
          resolve(delivery)
        }
        watchers.add(watcher)
        signal.addEventListener(
          'abort',
          () => {
            watchers.delete(watcher)
            reject(new Error('no notification came to that state in time'))
          },
          { once: true },
        )
      })
    },
    clear() {
      deliveries.clear()
      jobs.clear()
      next.clear()
      held = []
    },
    stop: () => stopping.abort(),
  }
}
