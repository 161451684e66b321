/** `wxpay setup`: takes the merchant's keys, checks that they belong together, and writes the secrets. */
import type { Command } from 'commander'
import * as v from 'valibot'
import { type Check, checksText, isDeniedDetail, requireNoFailure, warn } from '#cli/stack/check.ts'
import { confirm } from '#cli/terminal/confirm.ts'
import { type GlobalOptions, readOptions } from '#cli/terminal/options.ts'
import { show } from '#cli/terminal/output.ts'
import { checkSecrets } from '#cli/stack/secret-checks.ts'
import { readSetupInputs, SetupOptions } from '#cli/setup/setup-inputs.ts'
import { planSetup, type SecretChange } from '#cli/setup/setup-plan.ts'
import { type StackAccess, withStack } from '#cli/stack/stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const HELP = `
Asks for what is not given. The values are never printed, and secrets are never taken from the command line itself.
Everything can be given by options, by variables, or by --env-file:

  --p12               WXPAY_P12_FILE            apiclient_cert.p12, also the old RC2-40 ones; password: WXPAY_P12_PASSWORD,
                                                by default the merchant number
  --private-key       WXPAY_PRIVATE_KEY_FILE    apiclient_key.pem, instead of the .p12
  --certificate       WXPAY_CERTIFICATE_FILE    apiclient_cert.pem, instead of the .p12
  --client-key        WXPAY_CLIENT_KEY_FILE     only beside an SM2 pair (国密): apiclient_key.pem of the RSA certificate, which
                                                signs what JSAPI and App clients get
  --serial            WXPAY_SERIAL_NO           to be compared with the certificate
  --apiv3-key-file    WXPAY_APIV3_KEY_FILE      a file with the APIv3 key; or the key itself in WXPAY_APIV3_KEY
  --previous-apiv3-key-file  WXPAY_PREVIOUS_APIV3_KEY_FILE, or the key itself in WXPAY_PREVIOUS_APIV3_KEY: only
                                                where these credentials may not read what is stored
  --apiv2-key-file    WXPAY_APIV2_KEY_FILE      a file with the APIv2 key, or the key itself in WXPAY_APIV2_KEY: only where
                                                people refund on the merchant platform
  --public-key        WXPAY_PUBLIC_KEY_FILE     pub_key.pem, for merchants in public-key mode
  --public-key-id     WXPAY_PUBLIC_KEY_ID       PUB_KEY_ID_…

Nothing is written before everything is checked. Only secrets that differ are written, so an interrupted setup is simply
repeated. A replaced APIv3 key is kept as the previous one, for notifications that are still under way.

By default nobody but the functions may read the secrets of a deployed stack. Then setup cannot compare: it says so and
replaces what is stored. Roles in operatorRoleArns of the stage may read them.`

const Entries = { ...SetupOptions, check: v.optional(v.boolean(), false) }

export function addSetupCommand(program: Command, world: World): void {
  program
    .command('setup')
    .option('--check', 'only check what the secrets hold')
    .option('--p12 <file>', 'apiclient_cert.p12')
    .option('--private-key <file>', 'apiclient_key.pem')
    .option('--certificate <file>', 'apiclient_cert.pem')
    .option('--client-key <file>', 'RSA key for JSAPI and App payments, beside an SM2 pair')
    .option('--serial <hex>', 'serial of the certificate')
    .option('--apiv3-key-file <file>', 'file with the APIv3 key')
    .option('--previous-apiv3-key-file <file>', 'file with the APIv3 key before it')
    .option('--apiv2-key-file <file>', 'file with the APIv2 key, for refunds on the merchant platform')
    .option('--public-key <file>', 'WeChat Pay public key')
    .option('--public-key-id <id>', 'its id')
    .option('--env-file <file>', 'NAME=value lines with the variables below')
    .description("enters the merchant's keys into the secrets of a stack; --check only verifies them")
    .addHelpText('after', HELP)
    .action(async (_options, command: Command) => {
      const { check, ...options } = readOptions(command, Entries)
      await withStack(world, options, (stack) =>
        check ? verifyOnly(world, stack, options.json) : enter(world, stack, options),
      )
    })
}

async function verifyOnly(world: World, stack: StackAccess, asJson: boolean): Promise<void> {
  const checks = await checkSecrets(stack, world.clock.now())
  show(world, { json: { stack: stack.name, checks }, text: checksText(checks) }, asJson)
  requireNoFailure(checks)
}

async function enter(world: World, stack: StackAccess, options: SetupOptions & GlobalOptions): Promise<void> {
  world.terminal.err(`keys of the merchant ${stack.mchid} for the stack ${stack.name}\n`)
  const changes = await planSetup(stack, await readSetupInputs(world, stack.mchid, options))
  if (changes.length > 0) {
    await confirm(world, `change the stack ${stack.name}:\n${changes.map(line).join('\n')}\n`, options)
  }
  for (const change of changes) {
    await change.write()
    world.terminal.err(`wrote ${change.purpose}\n`)
  }
  const written = changes.map(({ purpose }) => purpose)
  const said = written.length === 0 ? 'the secrets hold all of this already' : `wrote ${written.join(', ')}`
  const use = 'functions use it within 18 minutes'
  const checks = await readBack(stack, world.clock.now())
  const text = [`${said}; ${use}`, checksText(checks), `next: wxpay doctor --stack ${stack.name}`].join(
    '\n\n',
  )
  show(world, { json: { stack: stack.name, written, checks }, text }, options.json)
  requireNoFailure(checks)
}

/** Who may only write has done all there is to do: everything was checked before it was written. */
async function readBack(stack: StackAccess, now: number): Promise<readonly Check[]> {
  const checks = await checkSecrets(stack, now)
  return checks.map((check) =>
    check.level === 'fail' && isDeniedDetail(check.detail)
      ? warn(check.name, 'written, and not read back: these credentials may only write', '')
      : check,
  )
}

function line({ purpose, effect }: SecretChange): string {
  return `  ${purpose}: ${effect}`
}
