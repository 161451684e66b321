/** Checks what the control API is told of faults, by the same words for every channel. */
import * as v from 'valibot'
import { ControlError } from './control-error.ts'

/** @throws ControlError naming the field that is wrong. */
export function checkedFault<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const { path, message }: v.BaseIssue<unknown> = result.issues[0]
  const field = path?.map(({ key }) => String(key)).join('.') ?? 'fault'
  throw new ControlError(400, 'bad_fault', `${field}: ${message}`)
}
