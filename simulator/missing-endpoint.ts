/** Answers what is not here: as WeChat would, and with a header of the simulator's own that tells a typo from a gap. */
import type { ServerResponse } from 'node:http'
import { refuse } from './api-answer.ts'
import { ApiError } from './api-error.ts'
import type { Gap } from './gaps.ts'
import type { Ids } from './ids.ts'

/** WeChat sends no such header. */
const HEADER = 'X-Simulator'

/** WeChat answers an unknown path or method without a body (seen on the live service). */
export function answerNothing(response: ServerResponse, status: 404 | 405): void {
  const what = status === 404 ? 'no-such-endpoint' : 'no-such-method'
  response.writeHead(status, { 'Content-Length': 0, [HEADER]: what }).end()
}

/** WeChat's answer to a merchant who has not been given the product; APIv2 has refusals of its own form, in a 200. */
export function answerGap(response: ServerResponse, { version, name }: Gap, ids: Ids): void {
  // A name has characters that a header must not have.
  response.setHeader(HEADER, `not-simulated; ${name.replaceAll('…', '*')}`)
  if (version === 'v3') {
    const error = new ApiError(403, 'NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试')
    return refuse({ response, error, dialect: 'others' }, ids)
  }
  const body =
    '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[商户号该产品权限未开通]]></return_msg></xml>'
  response
    .writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body) })
    .end(body)
}
