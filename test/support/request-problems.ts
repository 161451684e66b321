import { AppError } from '#shared/errors.ts'

/** What a parser has against a request, field by field; nothing where it takes it. */
export function requestProblems(
  parse: (body: unknown) => unknown,
  body: unknown,
): Array<{ field: string; rule: string; received: string }> {
  try {
    parse(body)
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') return [...error.fields]
    throw error
  }
  return []
}
