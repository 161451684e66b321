/** In a bundle it stands in place of `@smithy/core/event-streams`: no call of a function has an answer that is a stream of events. */
const refused = (): never => {
  throw new Error('this bundle has no event streams')
}

export const EventStreamSerde = refused
export const eventStreamSerdeProvider = refused
/** Of the client of S3, which has one such call. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config
