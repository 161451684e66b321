/** Faults that end a call without its answer, or with an error in its place. */
import type { ServerResponse } from 'node:http'
import { apiError } from './api-error.ts'
import type { ApiError } from './api-error.ts'
import type { ApiFault } from './fault-kinds.ts'

/** Breaks a call off. @returns true when no answer may follow. @throws ApiError for an error answer. */
export async function interrupted(
  faults: readonly ApiFault[],
  when: 'before' | 'after',
  response: ServerResponse,
): Promise<boolean> {
  for (const fault of faults) {
    if ('after_effect' in fault && fault.after_effect === (when === 'after')) throw errorOf(fault)
    if (fault.kind === `reset_${when}`) {
      response.socket?.resetAndDestroy()
      return true
    }
    if (fault.kind === `timeout_${when}`) {
      await silence('hang_ms' in fault ? fault.hang_ms : 0, response)
      response.destroy()
      return true
    }
  }
  return false
}

function errorOf(fault: Extract<ApiFault, { readonly after_effect: boolean }>): ApiError {
  switch (fault.kind) {
    case 'error':
      return apiError(fault.code, fault.status, fault.message)
    case 'system_error':
      return apiError('SYSTEM_ERROR')
    case 'frequency_limited':
      return apiError('FREQUENCY_LIMITED')
    case 'bad_gateway':
      return apiError('SERVICE_UNAVAILABLE', 502)
    case 'service_unavailable':
      return apiError('SERVICE_UNAVAILABLE')
  }
}

/** Says nothing for a while, or until the other side has gone. */
export function silence(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    response.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
