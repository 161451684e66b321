/** Alipay's gateway over HTTP: the signature first, then faults, then the method, then a signed answer. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { readForm } from '#shared/alipay/form.ts'
import { MAX_BODY_BYTES, readBody } from '../read-body.ts'
import { silence } from '../interruption.ts'
import type { BillDesk } from './bill-desk.ts'
import { checkCall } from './check-call.ts'
import type { CheckedCall } from './check-call.ts'
import type { AlipayFaults, CallFault } from './faults.ts'
import { GatewayError } from './gateway-error.ts'
import type { AlipayKeys } from './keys.ts'
import type { Method } from './methods.ts'
import { answerText } from './sign-answer.ts'

export const GATEWAY_PATH = '/gateway.do'

export interface AlipayRequest {
  readonly at: number
  readonly duration_ms: number
  readonly method: string
  readonly out_trade_no?: string
  readonly out_request_no?: string
  /** Absent where there was no answer. */
  readonly code?: string
  readonly sub_code?: string
  readonly message?: string
  readonly faults: readonly string[]
}

export interface GatewayServerDeps {
  readonly appId: string
  readonly keys: AlipayKeys
  readonly methods: ReadonlyMap<string, Method>
  readonly faults: AlipayFaults
  readonly bills: BillDesk
  /** Opens what a payer's browser brings. @throws GatewayError */
  readonly openLink: (parameters: ReadonlyMap<string, string>) => { readonly out_trade_no: string }
  readonly now: () => number
  readonly onRequest: (request: AlipayRequest) => void
}

export function createGatewayHandler(deps: GatewayServerDeps): RequestListener {
  return (request, response) => {
    // A broken connection is the merchant's own affair.
    serve(deps, request, response).catch(() => response.destroy())
  }
}

async function serve(
  deps: GatewayServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request
  const body = await readBody(request, MAX_BODY_BYTES)
  const [path, query = ''] = url.split(/\?(.*)/s)
  if (path !== GATEWAY_PATH) return sendFile(response, method === 'GET' ? deps.bills.fileAt(url) : undefined)
  if (body === 'too_large') return void response.writeHead(413).end()
  const parameters = new Map([...(readForm(Buffer.from(query)) ?? []), ...(readForm(body) ?? [])])
  if (method === 'GET') return sendPage(deps, response, parameters)
  await answerCall(deps, response, parameters)
}

function sendFile(response: ServerResponse, file: Buffer | undefined): void {
  if (file === undefined) return void response.writeHead(404).end()
  response.writeHead(200, { 'Content-Type': 'application/zip', 'Content-Length': file.length }).end(file)
}

/** What a browser gets: payers pay by the control API. */
function sendPage(
  deps: GatewayServerDeps,
  response: ServerResponse,
  parameters: ReadonlyMap<string, string>,
): void {
  const [status, text] = pageText(deps, parameters)
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
}

function pageText({ openLink }: GatewayServerDeps, parameters: ReadonlyMap<string, string>) {
  try {
    return [200, `${openLink(parameters).out_trade_no}: POST /_control/alipay/pay pays it\n`] as const
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return [400, `${error.sub_code}: ${error.message}\n`] as const
  }
}

async function answerCall(
  deps: GatewayServerDeps,
  response: ServerResponse,
  parameters: ReadonlyMap<string, string>,
): Promise<void> {
  const method = parameters.get('method') ?? ''
  const served: Served = { method, started: performance.now(), faults: [] }
  try {
    served.call = checkCall(deps, parameters)
    served.faults = deps.faults.ofCall({ method, ...served.call.numbers })
    if (await isCutOff(served.faults, 'before', response)) return
    const content = perform(deps, method, served.call)
    if (await isCutOff(served.faults, 'after', response)) return
    served.outcome = { content }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    served.outcome = { error }
  } finally {
    deps.onRequest(requestOf(deps, served))
  }
  const text = answerText(deps.keys, { method, faults: served.faults, ...served.outcome })
  response
    .writeHead(200, { 'Content-Type': 'text/html;charset=utf-8', 'Content-Length': Buffer.byteLength(text) })
    .end(text)
}

type Outcome =
  | { readonly content: Readonly<Record<string, unknown>>; readonly error?: never }
  | { readonly content?: never; readonly error: GatewayError }

function perform({ methods }: GatewayServerDeps, method: string, call: CheckedCall) {
  const perform = methods.get(method)
  if (perform === undefined) throw new GatewayError('40002', 'isv.invalid-method', '不存在的方法名')
  return perform(call)
}

/** @returns true when no answer may follow. @throws GatewayError for a refusal in its place. */
async function isCutOff(
  faults: readonly CallFault[],
  when: 'before' | 'after',
  response: ServerResponse,
): Promise<boolean> {
  for (const fault of faults) {
    if (fault.kind === 'slow' && when === 'before') await silence(fault.delay_ms, response)
    if (!('after_effect' in fault) || fault.after_effect !== (when === 'after')) continue
    switch (fault.kind) {
      case 'error':
        throw new GatewayError(fault.code, fault.sub_code, '模拟的错误', true)
      case 'system_error':
        throw new GatewayError('20000', 'isp.unknow-error', '系统繁忙')
      case 'bad_gateway':
        response.writeHead(502).end()
        return true
      case 'reset':
        response.socket?.resetAndDestroy()
        return true
      case 'timeout':
        await silence(fault.hang_ms, response)
        response.destroy()
        return true
    }
  }
  return false
}

/** What is known of a call so far. */
interface Served {
  readonly method: string
  readonly started: number
  faults: readonly CallFault[]
  call?: CheckedCall
  outcome?: Outcome
}

function requestOf(
  { now }: GatewayServerDeps,
  { method, started, call, outcome, faults }: Served,
): AlipayRequest {
  const error = outcome?.error
  const code = outcome === undefined ? undefined : (error?.code ?? '10000')
  return {
    at: now(),
    duration_ms: Math.round(performance.now() - started),
    method,
    ...call?.numbers,
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { sub_code: error.sub_code, message: error.message }),
    faults: faults.map(({ kind }) => kind),
  }
}
