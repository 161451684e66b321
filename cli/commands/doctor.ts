/** `wxpay doctor`: everything that has to be right, one line each, with the remedy. */
import type { Command } from 'commander'
import { openAccount } from '#cli/account/account.ts'
import { checkConcurrency } from '#cli/account/account-checks.ts'
import { type Check, checksText, ok, requireNoFailure, warn } from '#cli/stack/check.ts'
import { readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import * as v from 'valibot'
import { checkCallback } from '#cli/stack/callback-check.ts'
import { checkSecrets } from '#cli/stack/secret-checks.ts'
import { checkStack } from '#cli/stack/stack-checks.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import { checkTableProtection } from '#cli/stack/table-protection.ts'
import { checkWechat } from '#cli/stack/wechat-checks.ts'
import type { World } from '#cli/terminal/world.ts'

/** The runtime of the functions. */
const FUNCTIONS_NODE = 24

export function addDoctorCommand(program: Command, world: World): void {
  program
    .command('doctor')
    .description(
      'checks environment, credentials, secrets, clock, certificates, WeChat, the notify URL and limits of the account',
    )
    .addHelpText(
      'after',
      `
Each line is ok, warn or fail; a fail makes the exit code 1, a warning does not. The calls to WeChat are
GET /v3/certificates, once unsigned on each domain and once signed, and POST /v3/security/echo, which makes WeChat send a test
notification to the notify URL: it is stored and published as notification.received, and changes nothing else (--no-echo
leaves it out). The notify URL also gets one unsigned notification, which it must refuse. WeChat is called from this machine, so its lines say nothing of the functions' own network.`,
    )
    .option('--no-echo', 'do not ask WeChat to call the notify URL back')
    .action(async (_options, command: Command) => {
      const { echo, ...options } = readOptions(command, { echo: v.boolean() })
      await withStack(world, options, async (stack) => {
        world.terminal.err(
          `examining the stack ${stack.name} of the merchant ${stack.mchid} in ${stack.region}\n`,
        )
        const checks = await examine(world, stack, echo)
        show(world, { json: { stack: stack.name, checks }, text: checksText(checks) }, options.json)
        requireNoFailure(checks)
      })
    })
}

async function examine(world: World, stack: StackAccess, echo: boolean): Promise<readonly Check[]> {
  const groups = await Promise.all([
    checkSecrets(stack, world.clock.now()),
    checkStack(world, stack),
    checkWechat(world, stack),
    echo ? checkCallback(world, stack) : [],
    checkAccount(stack),
    checkTableProtection(stack),
  ])
  return [node(), ok('stack', `${stack.name} found, API at ${stack.api_url}`), ...groups.flat()]
}

/** Nothing of it is there on this machine. */
async function checkAccount({ local, region, accountConcurrency }: StackAccess): Promise<readonly Check[]> {
  if (local !== undefined) return []
  const account = await openAccount(region)
  try {
    return [await checkConcurrency(account, accountConcurrency)]
  } finally {
    account.close()
  }
}

function node(): Check {
  const { node: version } = process.versions
  if (Number.parseInt(version, 10) >= FUNCTIONS_NODE) return ok('Node.js', version)
  return warn(
    'Node.js',
    `${version}; the functions run on ${FUNCTIONS_NODE}`,
    `install Node.js ${FUNCTIONS_NODE}`,
  )
}
