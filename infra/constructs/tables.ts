/** The two tables: on demand, recoverable to any second of the last weeks, and not deleted with the stack unless the stage says so. */
import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import type { GivenResources } from './given-resources.ts'

export interface TablesProps {
  readonly retain: boolean
  readonly recoveryDays: number
  readonly given: Pick<GivenResources, 'ordersTable' | 'factsTable'>
}

/** A table of this stack, or one that is there already. */
type KnownTable = Pick<ITable, 'tableName' | 'tableArn'>

export class Tables extends Construct {
  /** One item an order with all its refunds, and one pointer a refund number. */
  readonly orders: KnownTable
  /** One item a fact: inbox and outbox in one. */
  readonly facts: KnownTable
  /** Sparse index over orders that have to be looked at again. */
  readonly ordersDueArn: string
  /** Index over orders and refunds by the day whose bill has to know them. */
  readonly ordersOfDayArn: string
  /** Sparse index over orders that are held for a person. */
  readonly ordersHeldArn: string
  /** Sparse index over facts that are not settled. */
  readonly factsPendingArn: string

  /** Each by the names that DynamoDB counts requests under: an index has counts of its own. */
  readonly counted: Readonly<Record<'orders' | 'facts', CountedTable>>

  readonly #props: TablesProps

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id)
    this.#props = props
    const { ordersTable, factsTable } = props.given
    this.orders = this.#table('Orders', { key: 'order_key', indexes: [DUE, DAY, HELD], given: ordersTable })
    this.ordersDueArn = `${this.orders.tableArn}/index/${DUE.indexName}`
    this.ordersOfDayArn = `${this.orders.tableArn}/index/${DAY.indexName}`
    this.ordersHeldArn = `${this.orders.tableArn}/index/${HELD.indexName}`
    this.facts = this.#table('Facts', {
      key: 'fact_key',
      indexes: [PENDING],
      given: factsTable,
      expiry: 'expires_at',
    })
    this.factsPendingArn = `${this.facts.tableArn}/index/${PENDING.indexName}`
    this.counted = {
      orders: { name: this.orders.tableName, indexes: [DUE.indexName, DAY.indexName, HELD.indexName] },
      facts: { name: this.facts.tableName, indexes: [PENDING.indexName] },
    }
  }

  #table(id: string, { key, indexes, given, expiry }: TableForm): KnownTable {
    if (given !== undefined) return given
    const { retain, recoveryDays } = this.#props
    const table = new Table(this, id, {
      partitionKey: { name: key, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays,
      },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(expiry === undefined ? {} : { timeToLiveAttribute: expiry }),
    })
    for (const index of indexes) addSparseIndex(table, index)
    return table
  }
}

export interface CountedTable {
  readonly name: string
  readonly indexes: readonly string[]
}

interface TableForm {
  readonly key: string
  readonly indexes: readonly SparseIndex[]
  /** One that is there already. */
  readonly given: ITable | undefined
  /** The attribute that says when an item may be deleted. @default none: items stay */
  readonly expiry?: string
}

interface SparseIndex {
  readonly indexName: string
  readonly shard: string
  /** The attribute that entries are sorted by: a time, unless it says otherwise. */
  readonly sort: string
  readonly sortType?: AttributeType
  /** Attributes in the index beside the keys. @default none */
  readonly include?: readonly string[]
}

const DUE: SparseIndex = { indexName: 'due', shard: 'due_shard', sort: 'next_check_at' }
/** What a bill has to say of an order is read without the order. */
const DAY: SparseIndex = {
  indexName: 'day',
  shard: 'day_shard',
  sort: 'order_key',
  sortType: AttributeType.STRING,
  include: ['billed'],
}
const HELD: SparseIndex = {
  indexName: 'held',
  shard: 'held_shard',
  sort: 'order_key',
  sortType: AttributeType.STRING,
}
const PENDING: SparseIndex = {
  indexName: 'pending',
  shard: 'pending_shard',
  sort: 'dispatch_due_at',
  // The age of a fact is told without reading it.
  include: ['received_at'],
}

function addSparseIndex(
  table: Table,
  { indexName, shard, sort, sortType = AttributeType.NUMBER, include }: SparseIndex,
): void {
  table.addGlobalSecondaryIndex({
    indexName,
    partitionKey: { name: shard, type: AttributeType.STRING },
    sortKey: { name: sort, type: sortType },
    ...(include === undefined
      ? { projectionType: ProjectionType.KEYS_ONLY }
      : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...include] }),
  })
}
