/** Control routes of the log of requests. */
import * as v from 'valibot'
import { ControlError } from './control-error.ts'
import { parseControl } from './control-router.ts'
import type { ControlRoutes } from './control-router.ts'
import { firstDifference } from './diagnosis.ts'
import type { RequestInFull, RequestLog } from './request-log.ts'

const compareSchema = v.strictObject({ id: v.number(), sign_message: v.string() })

/** Routes of the log; the message of a request holds its body, so that it is shown whole on this machine only. */
export function requestRoutes(requests: RequestLog): ControlRoutes {
  function find(id: number): RequestInFull {
    const request = requests.find(id)
    if (request === undefined) {
      throw new ControlError(404, 'no_such_request', `no request ${id} among the last ones`)
    }
    return request
  }

  return {
    'GET /_control/requests': () => ({ requests: requests.list() }),
    'GET /_control/requests/*'({ item, isLocal }) {
      const request = find(Number(item))
      if (isLocal) return { request }
      const { signed_instead: _, sign_message: message, ...rest } = request
      return { request: { ...rest, sign_message: shortened(message) } }
    },
    'POST /_control/requests/compare'({ body }) {
      const { id, sign_message: own } = parseControl(compareSchema, body)
      const expected = find(id).sign_message
      if (own === expected) return { equal: true }
      return { equal: false, differs_at: firstDifference(Buffer.from(expected), Buffer.from(own)) }
    },
    'DELETE /_control/requests'() {
      requests.clear()
      return {}
    },
  }
}

/** As WeChat shows it: four lines, and the first characters of the body. */
function shortened(message: string): string {
  const lines = message.split('\n')
  return `${lines.slice(0, 4).join('\n')}\n${lines.slice(4).join('\n').slice(0, 8)}`
}
