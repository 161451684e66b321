/** `wxpay switch show|set|clear` */
import type { Command } from 'commander'
import * as v from 'valibot'
import { createDynamoSwitches } from '#shared/stores/dynamo-switches.ts'
import type { SwitchChange, SwitchStore } from '#shared/stores/dynamo-switches.ts'
import { isSwitch, SWITCHES } from '#shared/switches.ts'
import type { Switch, SwitchesOn } from '#shared/switches.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show, table, timeText } from '#cli/terminal/output.ts'
import { accountOf } from '#cli/stack/accounts.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

/** Both are kept with the switch, which functions read every few seconds. */
const MAX_BY = 64
const MAX_NOTE = 200
const HISTORY = 20

/** What each does, for the question before it is set. */
const EFFECTS: Readonly<Record<Switch, string>> = {
  refunds: 'no refund is made or sent again until it is cleared; callers get 503 refunds_paused',
  prepay: 'no payment is begun until it is cleared; callers get 503 prepay_paused',
  backup_domain: 'WeChat is called at its backup domain alone until it is cleared',
}

const Signature = { by: textUpTo(MAX_BY), note: textUpTo(MAX_NOTE) }

export async function showSwitches(world: World, command: Command): Promise<void> {
  const options = readOptions(command, {})
  await withStack(world, options, async (stack) => {
    const state = await stateOf(storeOf(stack))
    show(world, { json: json(state), text: text(state) }, options.json)
  })
}

export function setSwitch(world: World, command: Command): Promise<void> {
  return change(world, command, true)
}

export function clearSwitch(world: World, command: Command): Promise<void> {
  return change(world, command, false)
}

async function change(world: World, command: Command, on: boolean): Promise<void> {
  const { by, note, ...options } = readOptions(command, Signature)
  const name = readSwitch(command.args[0] ?? '')
  await withStack(world, options, async (stack) => {
    await confirm(world, on ? `set ${name}: ${EFFECTS[name]}` : `clear ${name}`, options)
    const store = storeOf(stack)
    const { changed } = await store.change({ name, on, by, note, at: world.clock.now() })
    const state = await stateOf(store)
    const head = changed ? '' : `${name} was ${on ? 'on' : 'off'} already: nothing was changed\n\n`
    show(world, { json: { changed, ...json(state) }, text: `${head}${text(state)}` }, options.json)
  })
}

async function stateOf(store: SwitchStore): Promise<State> {
  return { on: await store.readOn(), history: await store.history(HISTORY) }
}

function storeOf(stack: StackAccess): SwitchStore {
  const { mchid } = accountOf(stack)
  return createDynamoSwitches({ client: stack.dynamodb, tableName: stack.tables.orders, mchid })
}

function readSwitch(given: string): Switch {
  const name = given.replaceAll('-', '_')
  if (isSwitch(name)) return name
  throw new CliError('usage', `there is no switch of that name`, `name one of ${SWITCHES.join(', ')}`)
}

function textUpTo(characters: number) {
  const rule = `must be 1 to ${characters} characters`
  return v.pipe(v.string(rule), v.trim(), v.minLength(1, rule), v.maxLength(characters, rule))
}

interface State {
  readonly on: SwitchesOn
  readonly history: readonly SwitchChange[]
}

function json({ on, history }: State): object {
  const rows = SWITCHES.map((name) => {
    const { at, ...who } = on[name] ?? {}
    return { name, on: on[name] !== undefined, ...who, ...(at === undefined ? {} : { since: iso(at) }) }
  })
  return { switches: rows, history: history.map(({ at, ...change }) => ({ ...change, at: iso(at) })) }
}

function text({ on, history }: State): string {
  const now = SWITCHES.map((name) => {
    const set = on[name]
    return set === undefined ? [name, 'off', '', '', ''] : [name, 'ON', timeText(set.at), set.by, set.note]
  })
  const states = table(['SWITCH', '', 'SINCE', 'BY', 'NOTE'], now)
  if (history.length === 0) return states
  const changes = history.map((change) => [
    timeText(change.at),
    change.name,
    change.on ? 'set' : 'cleared',
    change.by,
    change.note,
  ])
  return `${states}\n\n${table(['AT', 'SWITCH', 'CHANGE', 'BY', 'NOTE'], changes)}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
