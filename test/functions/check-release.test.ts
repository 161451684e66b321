import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAwsCall } from '#functions/check-release/aws-call.ts'
import { createCheckRelease, type Invoked } from '#functions/check-release/check-release.ts'
import { GOLDEN_NOTIFICATION } from '#functions/check-release/golden-notification.ts'
import { goldenProblem } from '#functions/check-release/golden-problem.ts'
import { isSigned } from '#local/cloud/signature-v4.ts'
import { httpHandler } from '#shared/lambda/http-frame.ts'
import { checkJsonBody } from '#shared/api/json-body.ts'
import { createRequestSigner } from '#shared/aws/request-signer.ts'
import { notAcknowledged, notifyError } from '#functions/notify/notify-response.ts'
import { silentLogger } from '#shared/log.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import { lambdaContext } from '#test/support/lambda-context.ts'
import { platform, setUp } from '#test/support/notifying.ts'

const REFUSED = { statusCode: 401, headers: {}, body: '{"code":"FAIL","message":"失败"}' }

async function verdictOf(
  invokeNotify: (event: unknown) => Promise<Invoked>,
  golden = GOLDEN_NOTIFICATION,
): Promise<string[]> {
  const reported: string[] = []
  const report = async (verdict: string) => void reported.push(verdict)
  await createCheckRelease({ invokeNotify, report, logger: silentLogger, golden })()
  return reported
}
const answering =
  (answer: unknown, failed = false) =>
  async () => ({ failed, payload: JSON.stringify(answer) })

describe('the golden notification', () => {
  it('is taken by the code that notify verifies with', () => {
    expect(goldenProblem(GOLDEN_NOTIFICATION)).toBeUndefined()
  })

  it('is missed when the signature is of another key, the body differs or the APIv3 key is another', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    expect(goldenProblem({ ...GOLDEN_NOTIFICATION, publicKeyPem })).toContain('refused: signature')
    expect(goldenProblem({ ...GOLDEN_NOTIFICATION, body: '{}' })).toContain('refused: signature')
    expect(goldenProblem({ ...GOLDEN_NOTIFICATION, signedAtMs: 0 })).toContain('refused: timestamp')
    expect(goldenProblem({ ...GOLDEN_NOTIFICATION, apiV3Key: 'x'.repeat(32) })).toContain('undecryptable')
    expect(goldenProblem({ ...GOLDEN_NOTIFICATION, outTradeNo: 'OTHER' })).toContain('does not say')
  })
})

describe('the check before a release', () => {
  it('lets a version live that refuses a stale notification the way notify does', async () => {
    expect(await verdictOf(answering(REFUSED))).toEqual(['Succeeded'])
  })

  it.each([
    ['throws', answering({ errorMessage: 'x' }, true)],
    ['cannot read its secrets', answering({ ...REFUSED, statusCode: 503 })],
    ['takes it', answering({ statusCode: 204, headers: {} })],
    ['answers with another body', answering({ ...REFUSED, body: 'no' })],
    ['gives no HTTP answer', answering(null)],
    ['cannot be invoked', () => Promise.reject(new Error('lambda answered 403'))],
  ])('turns a version back that %s', async (_, invoke) => {
    expect(await verdictOf(invoke)).toEqual(['Failed'])
  })

  it('turns a release back whose own verification is broken, without calling notify', async () => {
    let called = false
    const invoke = async () => ((called = true), { failed: false, payload: JSON.stringify(REFUSED) })
    expect(await verdictOf(invoke, { ...GOLDEN_NOTIFICATION, body: '{}' })).toEqual(['Failed'])
    expect(called).toBe(false)
  })

  it('sends notify an event of API Gateway that the real one refuses for its age alone', async () => {
    const { deps } = setUp(async () => platform.ring)
    const reasons: string[] = []
    const handler = httpHandler({
      logger: silentLogger,
      deadlineMs: 3500,
      routes: {
        'POST /wechatpay/notify/payment': async (request) => {
          checkJsonBody(request, 65_536)
          const verified = verifySignature(await deps.keyRing(), { ...request, now: deps.clock.now() })
          reasons.push(verified.ok ? 'ok' : verified.reason)
          return notAcknowledged(401)
        },
      },
      onError: notifyError,
    })
    const invoke = async (event: unknown) => ({
      failed: false,
      payload: JSON.stringify(await handler(event, lambdaContext())),
    })
    expect(await verdictOf(invoke)).toEqual(['Succeeded'])
    expect(reasons).toEqual(['timestamp'])
  })
})

describe('a call of AWS', () => {
  const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' }
  const seen: Array<{ request: IncomingMessage; body: Buffer }> = []
  let status = 200
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({ request, body: Buffer.concat(chunks) })
      response.writeHead(status, { 'x-amz-function-error': 'Unhandled' }).end('{"secret":"of the answer"}')
    })
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const call = () => {
    const { port } = server.address() as AddressInfo
    const sign = createRequestSigner({ region: 'cn-north-1', credentials, clock: { now: () => NOW } })
    return createAwsCall(sign)({
      service: 'execute-api',
      url: new URL(`http://127.0.0.1:${port}/2015-03-31/functions/wxpay-Notify_1/invocations?Qualifier=7`),
      headers: { 'content-type': 'application/json' },
      body: '{"a":"é"}',
    })
  }

  it('is signed with Signature V4 over method, path, query, headers and body', async () => {
    status = 200
    const { headers, text } = await call()
    expect(headers.has('x-amz-function-error')).toBe(true)
    expect(text).toContain('of the answer')
    const { request, body } = seen.at(-1)!
    const [rawPath = '', rawQuery = ''] = request.url!.split('?')
    const sent = {
      method: request.method!,
      rawPath,
      rawQuery,
      headers: request.headers as Record<string, string>,
      body,
    }
    const options = { credentials, region: 'cn-north-1', service: 'execute-api', nowMs: NOW } as const
    expect(isSigned(sent, options)).toBe(true)
    expect(isSigned({ ...sent, body: Buffer.from('{}') }, options)).toBe(false)
    expect(isSigned({ ...sent, rawQuery: 'Qualifier=8' }, options)).toBe(false)
    expect(request.headers['x-amz-security-token']).toBe('session')
    expect(request.headers.authorization).toContain(
      'content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
    )
  })

  it('that is refused names the service and the status, and nothing of the answer', async () => {
    status = 403
    await expect(call()).rejects.toThrow(/^execute-api answered 403$/)
  })
})
