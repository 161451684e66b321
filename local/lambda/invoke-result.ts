/** What an invocation gives: the function's answer, or Lambda's account of its failure. */
import * as v from 'valibot'

export const FunctionErrorSchema = v.object({
  errorType: v.optional(v.string(), 'Error'),
  errorMessage: v.optional(v.string(), ''),
  trace: v.optional(v.array(v.string()), []),
})

export type FunctionError = v.InferOutput<typeof FunctionErrorSchema>

export type InvokeResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError }

/** A failure that Lambda itself reports, such as a time-out. */
export function platformError(errorType: string, errorMessage: string): InvokeResult {
  return { ok: false, error: { errorType, errorMessage, trace: [] } }
}

/** Reads the body of `…/error`; anything else than Lambda's shape becomes an error without details. */
export function readFunctionError(body: string): FunctionError {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    json = {}
  }
  const result = v.safeParse(FunctionErrorSchema, json)
  return result.success ? result.output : { errorType: 'Error', errorMessage: '', trace: [] }
}
