/** What a secret holds now, as far as these credentials may know: by default operators fill the secrets without reading them. */
import * as v from 'valibot'
import { readSecret, type SecretPurpose } from '#shared/secrets/secret-reader.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'

/** `value` is undefined when there is nothing, or nothing that could be kept. */
export type StoredSecret<Value> =
  | { readonly readable: true; readonly value: Value | undefined }
  | { readonly readable: false }

interface Wanted<Schema> {
  readonly id: string
  readonly purpose: SecretPurpose
  readonly schema: Schema
}

export async function storedSecret<Schema extends v.GenericSchema>(
  { secretsManager }: StackAccess,
  { id, purpose, schema }: Wanted<Schema>,
): Promise<StoredSecret<v.InferOutput<Schema>>> {
  try {
    const found = await readSecret({ client: secretsManager, secretId: id, purpose })
    const parsed = v.safeParse(schema, jsonOf(found?.text ?? ''))
    return { readable: true, value: parsed.success ? parsed.output : undefined }
  } catch (error) {
    if (isDenied(error)) return { readable: false }
    throw error
  }
}

/** Whether AWS refused to show the secret. */
function isDenied(error: unknown): boolean {
  return (
    error instanceof Error && error.cause instanceof Error && error.cause.name === 'AccessDeniedException'
  )
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.trim())
  } catch {
    return undefined
  }
}
