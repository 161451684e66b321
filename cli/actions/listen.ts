/** `wxpay listen`: brings the events of a stack to a server of the developer's, one line each. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { filterOf, openEventQueue } from '#cli/stack/event-queue.ts'
import { type Delivery, forwardEvents } from '#cli/stack/forward-events.ts'
import { withStack } from '#cli/stack/stack-access.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { type Provider, PROVIDERS } from '#shared/providers.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { readOptions, wholeNumber } from '#cli/terminal/options.ts'
import { counted } from '#cli/terminal/output.ts'
import { jsonText, paint, printable } from '#cli/terminal/style.ts'
import type { World } from '#cli/terminal/world.ts'

const Entries = {
  forwardTo: v.string(),
  queue: v.optional(v.pipe(v.string(), v.url('must be the URL of a queue'))),
  provider: v.optional(v.picklist(PROVIDERS)),
  tries: wholeNumber(1, 20),
  events: v.optional(wholeNumber(1, 1_000_000)),
}

export async function listen(world: World, command: Command): Promise<void> {
  const {
    forwardTo,
    queue: named,
    provider,
    tries,
    events: wanted,
    ...options
  } = readOptions(command, Entries)
  const url = readTarget(forwardTo)
  if (named !== undefined && provider !== undefined) throw chosenElsewhere(provider)
  await withStack(world, options, async (stack) => {
    if (named !== undefined) {
      await confirm(world, `send the events in ${named} to ${url} and delete those that it takes`, options)
    }
    const queue = await openEventQueue(stack, named, provider)
    const ended = new AbortController()
    const stop = AbortSignal.any([world.interrupted(), ended.signal])
    const done = { delivered: 0, given_up: 0 }
    const told = (delivery: Delivery) => {
      world.terminal.out(`${options.json ? jsonText(asJson(delivery), 0) : lineOf(world, delivery)}\n`)
      if (delivery.outcome === 'again') return
      done[delivery.outcome] += 1
      if (done.delivered + done.given_up === wanted) ended.abort()
    }
    world.terminal.err(`listening to the stack ${stack.name}, sending to ${url}; Ctrl-C ends it\n`)
    const foreign = (id: string) => world.terminal.err(`the message ${id} holds no event and stays\n`)
    try {
      await world.terminal.quietly(() =>
        forwardEvents(world, stack, { queue, url, tries, stop, told, foreign }),
      )
    } finally {
      await queue.close()
    }
    world.terminal.err(`delivered ${counted(done.delivered, 'event')}, gave ${done.given_up} up\n`)
    if (done.given_up > 0) throw givenUp(done.given_up)
  })
}

/** To leave them there would count as tries of theirs, and end in the dead letters of whoever owns the queue. */
function chosenElsewhere(provider: Provider): CliError {
  return new CliError(
    'usage',
    'of a queue that is named, --provider cannot leave events out',
    `give its subscription the filter policy ${filterOf(provider)}, and leave --provider out`,
  )
}

function givenUp(count: number): CliError {
  return new CliError(
    'failed',
    `${counted(count, 'event')} ${count === 1 ? 'was' : 'were'} not taken`,
    'mend the server, then wxpay events resend with the id that stands in its line',
  )
}

/** @throws CliError `usage`; what the address holds is printed, so that it may hold no password. */
function readTarget(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const fits = url !== undefined && /^https?:$/.test(url.protocol) && `${url.username}${url.password}` === ''
  if (fits) return url.href
  throw new CliError(
    'usage',
    '--forward-to must be an address of http or https without a name or password in it',
    'give it as in http://127.0.0.1:3000/events',
  )
}

const STYLES = { delivered: 'green', again: 'yellow', given_up: 'red' } as const

function lineOf({ clock }: World, { event, answer, tookMs, attempt, ...rest }: Delivery): string {
  const time = new Date(clock.now()).toISOString().slice(11, 19)
  const answered = typeof answer === 'number' ? `${answer} in ${tookMs} ms` : answer
  const shown = paint(STYLES[rest.outcome], answered)
  const [type, subject, id] = [event.type.padEnd(17), event.subject, event.id].map(printable)
  return [time, type, subject, shown, becameOf(rest, attempt), id].filter((part) => part !== '').join('  ')
}

function becameOf(
  { outcome, againInSeconds }: Pick<Delivery, 'outcome' | 'againInSeconds'>,
  attempt: number,
) {
  if (outcome === 'again') return `try ${attempt}, again in ${againInSeconds} s`
  if (outcome === 'given_up') return `given up after ${attempt}`
  return attempt === 1 ? '' : `at try ${attempt}`
}

function asJson({ event, answer, tookMs, attempt, outcome, againInSeconds }: Delivery): object {
  return {
    id: event.id,
    type: event.type,
    subject: event.subject,
    attempt,
    outcome,
    ...(typeof answer === 'number' ? { status: answer } : { problem: answer }),
    took_ms: tookMs,
    ...(againInSeconds === undefined ? {} : { again_in_seconds: againInSeconds }),
  }
}
