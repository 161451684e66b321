/** One request of the control API. */

/** The simulator refused; `code` and `message` are its own. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal'
  readonly status: number
  readonly code: string

  constructor(status: number, { code, message }: { readonly code: string; readonly message: string }) {
    super(`simulator: ${message} (${code})`)
    this.status = status
    this.code = code
  }
}

/** One request of the control API, by the path behind `/_control`. @throws ControlRefusal */
export type ControlCall = <T>(method: string, path: string, body?: unknown) => Promise<T>

export function createControlCall(controlUrl: string): ControlCall {
  return async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const init =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
    const response = await fetch(`${controlUrl}/_control${path}`, { method, ...init })
    const text = await response.text()
    if (!response.ok) throw new ControlRefusal(response.status, JSON.parse(text))
    return JSON.parse(text)
  }
}
