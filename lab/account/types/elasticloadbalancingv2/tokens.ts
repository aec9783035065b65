export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const LISTENER = "aws:lb/listener:Listener";
export const LISTENER_CERTIFICATE = "aws:lb/listenerCertificate:ListenerCertificate";
export const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
