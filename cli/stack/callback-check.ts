/**
 * Proves the way back without a payment: WeChat is asked to send a test notification to the notify URL, and what comes back is
 * found among the facts. It takes DNS, certificate, filing, gateway, verification key and APIv3 key of the functions to bring it there.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { KeyObject } from 'node:crypto'
import { decryptResource } from '#shared/crypto/aead.ts'
import { kindOf, openField, sealField } from '#shared/crypto/keys.ts'
import type { PrivateKey } from '#shared/crypto/keys.ts'
import { formatFactKey } from '#shared/facts/fact-key.ts'
import { echoNumber } from '#shared/facts/notice.ts'
import type { Notice } from '#shared/facts/notice.ts'
import { decodeJson } from '#shared/json.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import type { WechatClient } from '#shared/wechat/call/client.ts'
import { createWechatClient } from '#shared/wechat/call/client.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import type { PlatformKey } from '#shared/wechat/trust/key-ring.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { sealingKeys } from '#shared/wechat/trust/sealing-key.ts'
import { askEcho, sealedEcho } from '#shared/wechat/v3/security-echo.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { attempt, fail, ok, warn, type Check } from './check.ts'
import { createMutedLogger } from './muted-logger.ts'
import { readApiV3Keys, readMerchantSigning, readPlatformKeys } from './stack-keys.ts'
import type { WechatStack } from './stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

const NAME = 'callback test'
const CALL_MS = 10_000
/** WeChat calls back at once, and a cold start takes its time. */
const WAIT_MS = 20_000
const LOOK_EVERY_MS = 500

export function checkCallback(world: World, stack: WechatStack): Promise<readonly Check[]> {
  return attempt(NAME, 'see the lines of the secrets and of WeChat first', () => callback(world, stack))
}

async function callback(world: World, stack: WechatStack): Promise<Check> {
  const [signing, apiV3Keys, records] = await Promise.all([
    readMerchantSigning(stack),
    readApiV3Keys(stack),
    readPlatformKeys(stack),
  ])
  const ring = createKeyRing(records)
  const keys = sealingKeys(ring, kindOf(signing.privateKey), world.clock.now())
  const [message, secret] = [randomUUID(), randomUUID()]
  const transport = createHttpTransport({ connectTimeoutMs: 5000, attemptTimeoutMs: CALL_MS })
  try {
    const client = createWechatClient({
      mchid: stack.mchid,
      apiUrls: stack.wechatUrls,
      signer: async () => ({ mchid: stack.mchid, ...signing }),
      keyRing: async () => ring,
      transport,
      clock: world.clock,
      logger: createMutedLogger(),
      // One failing attempt says as much as four.
      sleep: (ms, signal) => delay(Math.min(ms, 200), undefined, signal === undefined ? {} : { signal }),
    })
    const back = await asked(client, { message, secret, notifyUrl: stack.notifyUrl, keys })
    if (back !== undefined && openField(signing.privateKey, back) !== secret) return unopened('answer')
    return await arrived(world, stack, { message, secret, privateKey: signing.privateKey, apiV3Keys })
  } catch (error) {
    if (error instanceof ChannelError) return refused(error)
    throw error
  } finally {
    transport.close()
  }
}

interface Asked {
  readonly message: string
  readonly secret: string
  readonly notifyUrl: string
  readonly keys: readonly PlatformKey[]
}

/** A public key that is stored and not switched on yet seals nothing: then a certificate does. */
async function asked(
  client: WechatClient,
  { message, secret, notifyUrl, keys: [key, ...others] }: Asked,
): Promise<string | undefined> {
  if (key === undefined)
    throw new CliError('failed', 'no platform key is valid now', 'see the line platform-keys')
  const echo = { message, notifyUrl, sealed: sealField(key.publicKey, secret), serial: key.serial }
  try {
    return await askEcho(client, echo, { signal: AbortSignal.timeout(2 * CALL_MS) })
  } catch (error) {
    const other = error instanceof ChannelError && error.httpStatus === 400 && others.length > 0
    if (!other) throw error
    return asked(client, { message, secret, notifyUrl, keys: others })
  }
}

interface Expected {
  readonly message: string
  readonly secret: string
  readonly privateKey: PrivateKey
  readonly apiV3Keys: readonly KeyObject[]
}

async function arrived(
  { clock, pause }: World,
  stack: WechatStack,
  { message, secret, privateKey, apiV3Keys }: Expected,
): Promise<Check> {
  const facts = createDynamoFactStore({ client: stack.dynamodb, tableName: stack.tables.facts })
  const key = formatFactKey({ kind: 'notification', mchid: stack.mchid, number: echoNumber(message) })
  const start = clock.now()
  for (let last = start + WAIT_MS; clock.now() < last; await pause(LOOK_EVERY_MS)) {
    const fact = (await facts.get(key))?.fact
    if (fact?.kind !== 'notification') continue
    const sealed = sealedEcho(contentOf(fact, apiV3Keys))
    if (sealed !== undefined && openField(privateKey, sealed) !== secret) return unopened('callback')
    const seconds = ((clock.now() - start) / 1000).toFixed(1)
    return ok(
      NAME,
      `WeChat sent a test notification to ${stack.notifyUrl}, and the functions verified, decrypted and stored it within ${seconds} s`,
    )
  }
  return fail(
    NAME,
    `WeChat took the test, and nothing came back through ${stack.notifyUrl} within ${WAIT_MS / 1000} s`,
    'see the line notify URL; read the log of notify: nothing there means DNS, certificate, ICP filing or a gateway, a refusal there names the key',
  )
}

/** The content as WeChat sealed it, opened with the APIv3 key of the stack; undefined when another key was used. */
function contentOf({ notice }: Notice, keys: readonly KeyObject[]): unknown {
  const plain = notice.resource && decryptResource(keys, notice.resource)
  return plain === undefined ? undefined : decodeJson(plain)?.json
}

function unopened(where: 'answer' | 'callback'): Check {
  return fail(
    NAME,
    `the sealed text in the ${where} is not the one that was sent`,
    'it was sealed for another merchant certificate: compare the serial of merchant-signing with the merchant platform',
  )
}

function refused({ code, message, httpStatus }: ChannelError): Check {
  if (httpStatus === 403 || httpStatus === 404) {
    return warn(
      NAME,
      `WeChat does not offer the test to this merchant (${httpStatus}): nothing is proven of the way back`,
      'prove it with a payment of one fen: wxpay order show says PAID, and the log of notify has it',
    )
  }
  if (code === 'unverifiable') {
    return fail(
      NAME,
      "WeChat's answer does not verify with the platform keys",
      'wxpay keys rotate for certificates, wxpay setup for the public key',
    )
  }
  return fail(NAME, `${code}: ${message}`, 'see the lines of the two domains and of the signed call')
}
