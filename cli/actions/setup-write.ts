/** The end of `wxpay setup`, whoever's keys they are: what would change is confirmed, written, and read back. */
import type { SecretChange } from '#cli/setup/setup-plan.ts'
import { type Check, checksText, isDeniedDetail, requireNoFailure, warn } from '#cli/stack/check.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { show } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'

interface Plan {
  /** Its name. */
  readonly stack: string
  readonly changes: readonly SecretChange[]
  readonly options: { readonly yes: boolean; readonly json: boolean; readonly dryRun: boolean }
  /** Right before the first secret is written. */
  readonly first?: (() => Promise<void>) | undefined
  /** What people have to know beside, and the same for programs. */
  readonly beside?: { readonly text: string; readonly json: object }
}

/** @param readBack checks what the secrets hold by then. */
export async function carryOut(
  world: World,
  { stack, changes, options, first, beside }: Plan,
  readBack: (now: number) => Promise<readonly Check[]>,
): Promise<void> {
  const more = beside === undefined ? [] : [beside.text]
  if (options.dryRun) {
    const would = changes.map(({ purpose }) => purpose)
    const lines = changes.length === 0 ? NOTHING : `this would change:\n${changes.map(line).join('\n')}`
    const text = [lines, 'nothing was written (--dry-run)', ...more].join('\n\n')
    return show(
      world,
      { json: { stack, dry_run: true, would_write: would, ...beside?.json }, text },
      options.json,
    )
  }
  if (changes.length > 0) {
    await confirm(world, `change the stack ${stack}:\n${changes.map(line).join('\n')}\n`, options)
    await first?.()
  }
  for (const change of changes) {
    await change.write()
    world.terminal.err(`wrote ${change.purpose}\n`)
  }
  const written = changes.map(({ purpose }) => purpose)
  const said = written.length === 0 ? NOTHING : `wrote ${written.join(', ')}`
  const checks = (await readBack(world.clock.now())).map(ofWriteOnly)
  const text = [
    `${said}; functions use it within 18 minutes`,
    ...more,
    checksText(checks),
    `next: wxpay doctor --stack ${stack}`,
  ].join('\n\n')
  show(world, { json: { stack, written, ...beside?.json, checks }, text }, options.json)
  requireNoFailure(checks)
}

const NOTHING = 'the secrets hold all of this already'

/** Who may only write has done all there is to do: everything was checked before it was written. */
function ofWriteOnly(check: Check): Check {
  return check.level === 'fail' && isDeniedDetail(check.detail)
    ? warn(check.name, 'written, and not read back: these credentials may only write', '')
    : check
}

function line({ purpose, effect }: SecretChange): string {
  return `  ${purpose}: ${effect}`
}
