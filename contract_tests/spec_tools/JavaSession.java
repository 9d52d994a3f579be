import java.io.File;
import java.util.List;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.SSLConnectionSocketFactory;
import org.apache.hc.core5.ssl.SSLContextBuilder;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.*;
import org.openapitools.client.model.*;

/**
 * A session with the client that openapi-generator makes for Java, as python_session.py is one for Python.
 *
 * Arguments: the server's address, a key store with the proxy, a key store with the CA. Both have the password "session".
 */
public class JavaSession {
  public static void main(String[] arguments) throws Exception {
    char[] password = "session".toCharArray();
    var tls = SSLContextBuilder.create()
        .loadKeyMaterial(new File(arguments[1]), password, password)
        .loadTrustMaterial(new File(arguments[2]), password)
        .build();
    var connections = PoolingHttpClientConnectionManagerBuilder.create()
        .setSSLSocketFactory(new SSLConnectionSocketFactory(tls))
        .build();
    var client = new ApiClient(HttpClients.custom().setConnectionManager(connections).build());
    client.setBasePath(arguments[0]);
    var jobs = new JobsApi(client);

    var me = new ServerApi(client).whoami();
    var delegated = new DelegationApi(client).getDelegation(me.getDelegationId());
    check(delegated.getTerminationTime().compareTo("2000") > 0, delegated);
    var file = new SubmissionFile()
        .sources(List.of("mock://source.example.org/file?size=1"))
        .destinations(List.of("mock://destination.example.org/file?size_post=1&time=600"));
    var submission = new Submission().files(List.of(file)).params(new SubmissionParams().priority(4));
    var id = jobs.submitJob(submission).getJobId();
    var listed = jobs.listJobs(null, null, null, null, null, null, null, null, null);
    check(listed.stream().anyMatch(job -> job.getJobId().equals(id)), listed);
    var one = jobs.getJobs(id, null);
    check(one.getJobId().equals(id) && one.getPriority() == 4, one);
    var ended = jobs.cancelJobs(id);
    check(ended.getJobId().equals(id) && ended.getJobState().toString().equals("CANCELED"), ended);
  }

  private static void check(boolean holds, Object answer) {
    if (!holds) throw new AssertionError(answer);
  }
}
