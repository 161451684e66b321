/** Fetches as ever; what goes over to the API and comes back has to be what docs/openapi.json says. */
import { expectDocumented } from './expect-documented.ts'

export const documentedFetch: typeof fetch = async (input, init = {}) => {
  const response = await fetch(input, init)
  const { pathname, search } = new URL(input instanceof Request ? input.url : input)
  const answer = await response.clone().text()
  expectDocumented({
    method: init.method ?? 'GET',
    path: pathname + search,
    body: typeof init.body === 'string' ? parsed(init.body) : undefined,
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    answer: parsed(answer),
  })
  return response
}

/** Tests send what is no JSON as well. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
