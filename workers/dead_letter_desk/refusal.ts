/** Why the desk does not do what it is asked, as one sentence for whoever asked. */
export class DeskRefusal extends Error {
  override readonly name = "DeskRefusal";
  /** As HTTP has it: 403 not allowed, 404 not there, 409 not now, 422 not so, 503 not yet. */
  readonly status: 403 | 404 | 409 | 422 | 503;

  constructor(
    status: DeskRefusal["status"],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.status = status;
  }
}
