/** The two tables: on demand, recoverable to any second of the last weeks, and not deleted with the stack unless the stage says so. */
import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'

export interface TablesProps {
  readonly retain: boolean
  readonly recoveryDays: number
}

export class Tables extends Construct {
  /** One item an order with all its refunds, and one pointer a refund number. */
  readonly orders: Table
  /** One item a fact: inbox and outbox in one. */
  readonly facts: Table
  /** Sparse index over orders that have to be looked at again. */
  readonly ordersDueArn: string
  /** Sparse index over facts that are not settled. */
  readonly factsPendingArn: string

  readonly #props: TablesProps

  constructor(scope: Construct, id: string, props: TablesProps) {
    super(scope, id)
    this.#props = props
    this.orders = this.#table('Orders', 'order_key')
    this.ordersDueArn = addSparseIndex(this.orders, {
      indexName: 'due',
      shard: 'due_shard',
      sort: 'next_check_at',
    })
    this.facts = this.#table('Facts', 'fact_key')
    this.factsPendingArn = addSparseIndex(this.facts, {
      indexName: 'pending',
      shard: 'pending_shard',
      sort: 'dispatch_due_at',
      // The age of a fact is told without reading it.
      include: ['received_at'],
    })
  }

  #table(id: string, key: string): Table {
    const { retain, recoveryDays } = this.#props
    return new Table(this, id, {
      partitionKey: { name: key, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays,
      },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
  }
}

interface SparseIndex {
  readonly indexName: string
  readonly shard: string
  readonly sort: string
  /** Attributes in the index beside the keys. @default none */
  readonly include?: readonly string[]
}

function addSparseIndex(table: Table, { indexName, shard, sort, include }: SparseIndex): string {
  table.addGlobalSecondaryIndex({
    indexName,
    partitionKey: { name: shard, type: AttributeType.STRING },
    sortKey: { name: sort, type: AttributeType.NUMBER },
    ...(include === undefined
      ? { projectionType: ProjectionType.KEYS_ONLY }
      : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...include] }),
  })
  return `${table.tableArn}/index/${indexName}`
}
