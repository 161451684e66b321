/** Many secrets at once: ListSecrets and BatchGetSecretValue, with the service's filters and pages. */
import * as v from 'valibot'
import { description, readRequest, secretValue, stagesOf } from './secret-request.ts'
import { type Secret, SecretsManagerError, type SecretStore } from './secret-store.ts'

const Filters = v.optional(
  v.array(
    v.object({
      Key: v.picklist(['name', 'description', 'tag-key', 'tag-value', 'all']),
      Values: v.pipe(v.array(v.string()), v.minLength(1)),
    }),
  ),
  [],
)
const NextToken = v.optional(v.pipe(v.string(), v.regex(/^\d+$/)), '0')
const pageSize = (maximum: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maximum)), maximum)

const ListSecrets = v.object({
  Filters,
  NextToken,
  MaxResults: pageSize(100),
  SortOrder: v.optional(v.picklist(['asc', 'desc']), 'asc'),
  IncludePlannedDeletion: v.optional(v.boolean(), false),
})
const BatchGetSecretValue = v.object({
  SecretIdList: v.optional(v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(20))),
  Filters,
  NextToken,
  MaxResults: pageSize(20),
})

type Filter = v.InferOutput<typeof Filters>[number]

export function listSecrets(input: unknown, store: SecretStore): object {
  const request = readRequest(ListSecrets, input)
  const found = matching(store, request.Filters, { deletedToo: request.IncludePlannedDeletion })
  const sorted = request.SortOrder === 'asc' ? found : found.toReversed()
  const { items, NextToken: next } = page(sorted, request)
  const SecretList = items.map((secret) => ({
    ...description(secret),
    SecretVersionsToStages: stagesOf(secret),
  }))
  return { SecretList, ...next }
}

/** What cannot be read is told beside what can. */
export function batchGetSecretValue(input: unknown, store: SecretStore): object {
  const { SecretIdList, ...request } = readRequest(BatchGetSecretValue, input)
  if ((SecretIdList === undefined) === (request.Filters.length === 0)) {
    throw new SecretsManagerError(
      'InvalidRequestException',
      'Either SecretIdList or Filters must be provided, but not both.',
    )
  }
  const { items, NextToken: next } =
    SecretIdList === undefined
      ? page(
          matching(store, request.Filters, { deletedToo: false }).map(({ arn }) => arn),
          request,
        )
      : { items: SecretIdList, NextToken: {} }
  const values: object[] = []
  const errors: object[] = []
  for (const SecretId of items) {
    try {
      const secret = store.find(SecretId)
      values.push(secretValue(secret, store.version(secret, {})))
    } catch (error) {
      if (!(error instanceof SecretsManagerError)) throw error
      errors.push({ SecretId, ErrorCode: error.type, Message: error.message })
    }
  }
  return { SecretValues: values, Errors: errors, ...next }
}

function matching(
  store: SecretStore,
  filters: readonly Filter[],
  { deletedToo }: { readonly deletedToo: boolean },
): readonly Secret[] {
  return store
    .list()
    .filter(({ deletionAtMs }) => deletedToo || deletionAtMs === undefined)
    .filter((secret) => filters.every((filter) => matches(secret, filter)))
}

/** One of the values has to match; `!` before it turns it round. */
function matches(secret: Secret, { Key, Values }: Filter): boolean {
  return Values.some((value) =>
    value.startsWith('!') ? !hasPrefix(secret, Key, value.slice(1)) : hasPrefix(secret, Key, value),
  )
}

function hasPrefix({ name, description: text, tags }: Secret, key: Filter['Key'], prefix: string): boolean {
  const lower = prefix.toLowerCase()
  switch (key) {
    case 'name':
      return name.startsWith(prefix)
    case 'description':
      return text.toLowerCase().startsWith(lower)
    case 'tag-key':
      return [...tags.keys()].some((tag) => tag.startsWith(prefix))
    case 'tag-value':
      return [...tags.values()].some((value) => value.startsWith(prefix))
    case 'all':
      return [name, text, ...tags.keys(), ...tags.values()].some((one) => one.toLowerCase().includes(lower))
  }
}

interface PageRequest {
  readonly NextToken: string
  readonly MaxResults: number
}

function page<Item>(all: readonly Item[], { NextToken: token, MaxResults }: PageRequest) {
  const end = Number(token) + MaxResults
  const items = all.slice(Number(token), end)
  return { items, NextToken: end < all.length ? { NextToken: String(end) } : {} }
}
