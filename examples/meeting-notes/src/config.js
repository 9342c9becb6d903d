/** The app's settings from the environment. A secret that is being rotated may have an old value beside it. */
export function readConfig(env) {
  const secrets = (name) => [env[name], env[`${name}_PREVIOUS`]].filter(Boolean);
  const need = (name) => {
    if (!env[name]) throw new Error(`${name} is not set`);
    return env[name];
  };
  return {
    cronofy: {
      apiUrl: env.CRONOFY_API_URL ?? 'https://api.cronofy.com',
      clientSecret: need('CRONOFY_CLIENT_SECRET'),
      clientSecrets: secrets('CRONOFY_CLIENT_SECRET'),
    },
    attendee: {
      apiUrl: env.ATTENDEE_API_URL ?? 'https://app.attendee.dev',
      apiKey: need('ATTENDEE_API_KEY'),
      webhookSecrets: secrets('ATTENDEE_WEBHOOK_SECRET'),
    },
    publicUrl: env.PUBLIC_URL,
    database: env.DATABASE ?? ':memory:',
    port: Number(env.PORT ?? 3000),
  };
}
