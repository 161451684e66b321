/** Adds to dynalite what it lacks of tables: tags given at creation, deletion protection, UpdateTimeToLive. */
import { setImmediate } from 'node:timers/promises'
import * as v from 'valibot'
import { operationOf, parseBody, requestFor } from './dynamo-engine.ts'
import type { DynamoAnswer, DynamoEngine, DynamoRequest } from './dynamo-engine.ts'

const NamedTable = v.object({ TableName: v.string() })
const CreatedTable = v.looseObject({
  TableName: v.string(),
  Tags: v.optional(v.array(v.unknown()), []),
  DeletionProtectionEnabled: v.optional(v.boolean(), false),
})
const UpdatedTable = v.looseObject({
  TableName: v.string(),
  DeletionProtectionEnabled: v.optional(v.boolean()),
})
const Described = v.object({ Table: v.looseObject({ TableArn: v.string(), TableStatus: v.string() }) })
/** `{Table: …}` or `{TableDescription: …}`. */
const AnyDescription = v.record(v.string(), v.looseObject({ TableName: v.string() }))
const TimeToLive = v.object({
  TableName: v.string(),
  TimeToLiveSpecification: v.object({ AttributeName: v.string(), Enabled: v.boolean() }),
})

const DESCRIBING: ReadonlySet<string> = new Set([
  'CreateTable',
  'UpdateTable',
  'DescribeTable',
  'DeleteTable',
])

const PROTECTED: DynamoAnswer = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    __type: 'com.amazon.coral.validate#ValidationException',
    message:
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
  }),
}

/** Wraps an engine; what is not about tables passes through. */
export function completeTables(engine: DynamoEngine): DynamoEngine {
  const protectedTables = new Set<string>()
  const timeToLive = new Map<string, object>()

  const describe = (request: DynamoRequest, TableName: string) =>
    engine(requestFor(request, 'DescribeTable', { TableName }))

  /** A table is of use as soon as the answer is out: nobody on one machine wants to wait and ask. */
  const untilActive = async (request: DynamoRequest, TableName: string) => {
    for (;;) {
      const described = v.safeParse(Described, parseBody(await describe(request, TableName)))
      if (!described.success || described.output.Table.TableStatus === 'ACTIVE') return described.output
      await setImmediate()
    }
  }

  const protect = (TableName: string, wanted: boolean | undefined) => {
    if (wanted === true) protectedTables.add(TableName)
    if (wanted === false) protectedTables.delete(TableName)
  }

  const create = async (request: DynamoRequest, table: v.InferOutput<typeof CreatedTable>) => {
    const { Tags, DeletionProtectionEnabled, ...known } = table
    const answer = await engine(requestFor(request, 'CreateTable', known))
    if (answer.status !== 200) return answer
    const active = await untilActive(request, known.TableName)
    protect(known.TableName, DeletionProtectionEnabled)
    if (Tags.length > 0 && v.is(Described, active)) {
      const tagging = { ResourceArn: active.Table.TableArn, Tags }
      const tagged = await engine(requestFor(request, 'TagResource', tagging))
      if (tagged.status !== 200) return tagged
    }
    return answer
  }

  const update = async (request: DynamoRequest, table: v.InferOutput<typeof UpdatedTable>) => {
    const { DeletionProtectionEnabled, ...known } = table
    // dynalite refuses an update that changes nothing it knows.
    const onlyProtection = DeletionProtectionEnabled !== undefined && Object.keys(known).length === 1
    const answer = onlyProtection
      ? asDescription(await describe(request, known.TableName))
      : await engine(requestFor(request, 'UpdateTable', known))
    if (answer.status !== 200) return answer
    await untilActive(request, known.TableName)
    protect(known.TableName, DeletionProtectionEnabled)
    return answer
  }

  const remove = async (request: DynamoRequest, TableName: string) => {
    if (protectedTables.has(TableName)) return PROTECTED
    timeToLive.delete(TableName)
    const answer = await engine(request)
    await untilActive(request, TableName)
    return answer
  }

  const setTimeToLive = async (request: DynamoRequest, wanted: v.InferOutput<typeof TimeToLive>) => {
    const { TableName, TimeToLiveSpecification } = wanted
    const answer = await describe(request, TableName)
    if (answer.status !== 200) return answer
    const { AttributeName, Enabled } = TimeToLiveSpecification
    if (Enabled) timeToLive.set(TableName, { AttributeName, TimeToLiveStatus: 'ENABLED' })
    else timeToLive.delete(TableName)
    return { ...answer, body: JSON.stringify({ TimeToLiveSpecification }) }
  }

  const describeTimeToLive = async (request: DynamoRequest, TableName: string) => {
    const answer = await engine(request)
    const description = timeToLive.get(TableName)
    if (answer.status !== 200 || description === undefined) return answer
    return { ...answer, body: JSON.stringify({ TimeToLiveDescription: description }) }
  }

  const perform = async (request: DynamoRequest): Promise<DynamoAnswer> => {
    const body = parseBody(request)
    switch (operationOf(request)) {
      case 'CreateTable':
        return v.is(CreatedTable, body) ? create(request, v.parse(CreatedTable, body)) : engine(request)
      case 'UpdateTable':
        return v.is(UpdatedTable, body) ? update(request, body) : engine(request)
      case 'DeleteTable':
        return v.is(NamedTable, body) ? remove(request, body.TableName) : engine(request)
      case 'UpdateTimeToLive':
        return v.is(TimeToLive, body) ? setTimeToLive(request, body) : engine(request)
      case 'DescribeTimeToLive':
        return v.is(NamedTable, body) ? describeTimeToLive(request, body.TableName) : engine(request)
      default:
        return engine(request)
    }
  }

  return async (request) => {
    const answer = await perform(request)
    return DESCRIBING.has(operationOf(request)) ? withProtection(answer, protectedTables) : answer
  }
}

/** `DescribeTable` and `UpdateTable` describe the same thing under two names. */
function asDescription(answer: DynamoAnswer): DynamoAnswer {
  const described = v.safeParse(Described, parseBody(answer))
  if (!described.success) return answer
  return { ...answer, body: JSON.stringify({ TableDescription: described.output.Table }) }
}

function withProtection(answer: DynamoAnswer, protectedTables: ReadonlySet<string>): DynamoAnswer {
  const described = v.safeParse(AnyDescription, parseBody(answer))
  if (answer.status !== 200 || !described.success) return answer
  const completed = Object.entries(described.output).map(([name, table]) => [
    name,
    { ...table, DeletionProtectionEnabled: protectedTables.has(table.TableName) },
  ])
  return { ...answer, body: JSON.stringify(Object.fromEntries(completed)) }
}
