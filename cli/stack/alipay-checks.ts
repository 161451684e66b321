/** Checks the way to Alipay: the gateway, the clock, and a signed call that changes nothing. */
import { randomUUID } from 'node:crypto'
import { createGateway } from '#shared/alipay/gateway.ts'
import type { Gateway } from '#shared/alipay/gateway.ts'
import { Unverified } from '#shared/alipay/gateway-attempt.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { createHttpTransport, type HttpTransport } from '#shared/http/http-transport.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { attempt, fail, ok, type Check } from './check.ts'
import { createMutedLogger } from './muted-logger.ts'
import { readAlipayKeys, readAlipaySigning } from './stack-keys.ts'
import type { AlipayStack } from './stack-access.ts'
import { reach } from './wechat-checks.ts'
import type { World } from '#cli/terminal/world.ts'

const NAME = 'signed call to Alipay'
const CALL_TIMEOUT_MS = 10_000

export async function checkAlipay(world: World, stack: AlipayStack): Promise<readonly Check[]> {
  const transport = createHttpTransport({ connectTimeoutMs: 5000, attemptTimeoutMs: CALL_TIMEOUT_MS })
  try {
    const { origin, pathname: path } = new URL(stack.alipay.gatewayUrl)
    const groups = await Promise.all([
      reach(world, transport, { name: 'Alipay gateway', provider: 'alipay', origin, path }),
      attempt(NAME, 'correct the keys with wxpay setup --provider alipay', () =>
        signedCall(world, stack, transport),
      ),
    ])
    return groups.flat()
  } finally {
    transport.close()
  }
}

/** An order that nobody can have placed is asked for: what Alipay signs is that it does not know it. */
async function signedCall({ clock }: World, stack: AlipayStack, transport: HttpTransport): Promise<Check> {
  const [{ signer }, keys] = await Promise.all([readAlipaySigning(stack), readAlipayKeys(stack)])
  const { appId, gatewayUrl } = stack.alipay
  const gateway = createGateway({
    appId,
    gatewayUrl,
    signer: async () => signer,
    keyRing: async () => createAlipayKeyRing(keys),
    transport,
    clock,
    logger: createMutedLogger(),
    // One failing attempt says as much as four.
    repeats: false,
  })
  try {
    await askFor(gateway, `wxpay_doctor_${randomUUID().replaceAll('-', '_')}`)
    return ok(NAME, 'accepted and verified')
  } catch (error) {
    if (error instanceof ChannelError) return verdictOn(error, appId)
    throw error
  }
}

function askFor(gateway: Gateway, out_trade_no: string): Promise<Buffer> {
  return gateway.call({
    operation: 'query',
    method: 'alipay.trade.query',
    bizContent: JSON.stringify({ out_trade_no }),
    repeatable: true,
    signal: AbortSignal.timeout(2 * CALL_TIMEOUT_MS),
  })
}

const SETUP = 'wxpay setup --provider alipay'
const CONSOLE = "the app's page in Alipay's console (开发设置 > 接口加签方式)"

function verdictOn({ code, message, wechatCode: reason = '', cause }: ChannelError, appId: string): Check {
  if (code === 'not_found')
    return ok(
      NAME,
      'accepted, and the answer is verified: Alipay knows no order of a number made up for this',
    )
  // Alipay does not sign every refusal of a signature.
  if (/invalid-signature|missing-signature|invalid-app-cert|app-cert-sn/.test(reason)) {
    return fail(
      NAME,
      `Alipay refused the signature (${reason})`,
      `Alipay knows another key than the one that signs: compare the app public key, which wxpay certs --provider alipay shows, with ${CONSOLE}; see also the line of the clock`,
    )
  }
  if (reason.includes('invalid-app-id')) {
    return fail(
      NAME,
      `Alipay does not know the app ${appId} (${reason})`,
      'correct appId of the stage; an app of the sandbox belongs to the gateway of the sandbox (gatewayUrl)',
    )
  }
  if (code === 'unverifiable') return unverified(cause instanceof Unverified ? cause.reason : 'form', reason)
  if (code === 'refused' && reason.startsWith('isv.')) {
    return fail(
      NAME,
      `refused: ${message}`,
      "sign the contract of the product, and bring the app online, in Alipay's console; look the code up there",
    )
  }
  return fail(NAME, `${code}: ${message}`, 'try again; if it stays, see the line of the gateway')
}

function unverified(why: string, reason: string): Check {
  const told = reason === '' ? '' : ` (${reason})`
  if (why === 'unknown_key') {
    return fail(
      NAME,
      `Alipay's answer is signed with a certificate that alipay-keys lacks, or that is not valid now${told}`,
      `download alipayCertPublicKey_RSA2.crt from ${CONSOLE}, then ${SETUP} --alipay-key <file>`,
    )
  }
  return fail(
    NAME,
    `Alipay's answer does not verify with alipay-keys: ${why}${told}`,
    `give 支付宝公钥 (not 应用公钥) or Alipay's certificate of ${CONSOLE} with ${SETUP}; something else than Alipay may answer, too: see the line of the gateway`,
  )
}
